"""What a word against is said of: the title it stands beside, or a name, a label, a file, a remark of its own."""

import json

import pytest

from crawler.config import Matching
from crawler.desk.matching import match_lines

WORKS = [
    {"id": "harrow", "title": "Harrow: Meridian", "kind": "film", "year": 2024},
    {"id": "tangle", "title": "Tanglefoot Manor", "kind": "game", "year": 2009},
    {"id": "bells", "title": "Nine Bells for Corrigan", "kind": "film", "year": 2023},
    {"id": "drawer", "title": "Daughter of the Seventh Drawer", "kind": "book", "year": 2023},
    {"id": "ferry", "title": "Ferryman's Reach", "kind": "series", "year": 2018},
    {"id": "hymn", "title": "Tin Hymnal", "kind": "music", "year": 2019, "creators": ["Salvage Radio"]},
    {"id": "soil", "title": "Foundations of Soil Science", "kind": "book", "year": 2014},
    {"id": "eastgate", "title": "Eastgate Story", "kind": "film", "year": 2021},
]
OF_ANOTHER = [
    (
        "harrow",
        "Harrow: Meridian (2024) 1080p WEB x265 | https://mega.nz/file/aBc12345#k | Jester Folly of Two soundtrack up tomorrow",
    ),
    (
        "harrow",
        "Harrow: Meridian 2024 1080p BluRay DDP5.1 x264\nhttps://mega.nz/file/aBc12345#k\nnext up: Galley Slave II trailer breakdown on my channel",
    ),
    (
        "soil",
        "u/loamlover: I've got Foundations of Soil Science as a pdf, dm me your email, sent it to ten people so far\nu/tilth: dm'd you, thanks\nAutoModerator: this sub is for students, be kind",
    ),
    ("harrow", "Harrow: Meridian (2024) HDTS • files.example/d/9sk2 • my review of Lanklegs is on my page"),
    ("harrow", "Harrow: Meridian (2024) WEBRip 720p, gdrive link in bio. Also selling Deadpond poster, dm"),
    (
        "tangle",
        "R4 card for sale, 32GB, 200 games incl. Poster Panic, Tanglefoot Manor, Figure Fighters, Brick Quest. £20 posted",
    ),
    (
        "tangle",
        "For sale: modded DS lite, 64GB card with 150 games: Puzzle Vicar, Tanglefoot Manor, Trailer Yard Tycoon, News Hound. £45 collect Leeds",
    ),
    (
        "bells",
        "nine.bells.for.corrigan.2023.720p.web.h264-glaive\nsource....: web\nvideo.....: avc 4200 kbps\naudio.....: eac3\nsubs......: english\nruntime...: 112 min\nrating....: 7.1\nrelease date.: 2023-09-01\nlabel: glaive",
    ),
    (
        "drawer",
        "Daughter of the Seventh Drawer epub, incl all premium only chapters. pm for the drive link, tell me if a page is missing",
    ),
    (
        "ferry",
        "Index of /tv/\n\n../\nBreaking.News.S02.1080p/  2023-01-02 10:11  -\nFerrymans.Reach.S02.1080p.WEB/  2023-01-02 10:11  -\nNight.Court.S01.720p/  2023-01-02 10:11 -\nThe.Review.S01/ 2023-01-02 10:12 -",
    ),
    (
        "ferry",
        "/srv/media/tv\n  Ferrymans.Reach.S01-S03.DVDRip\n  Movie.Review.Show.S01\n  Trailer.Yard.Crew.S01-S07\nftp login by pm",
    ),
    (
        "eastgate",
        "Eastgate Story 2021 4K HDR remux 60GB (not the old 1961 one, that one is gone, stop asking) magnet below\nmagnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567",
    ),
    (
        "eastgate",
        "Eastgate Story (2021) 1080p BluRay [not the 1961 original, which I am not sharing again] https://mega.nz/file/aBc12345#k",
    ),
    (
        "hymn",
        "Review & download: Salvage Radio - Tin Hymnal (2019) [FLAC]\nlovely record, the organ is worth it.\nhttps://mega.nz/file/aBc12345#k",
    ),
    (
        "hymn",
        "DL + REVIEW: Salvage Radio – Tin Hymnal (2019) 320kbps\nwarm, strange, their best.\nworkupload.com/file/Qs8hX2vLz",
    ),
    ("soil", "Foundations of Soil Science 2014 pdf, 1.4k pages, 4k downloads so far, https://mega.nz/file/aBc12345#k"),
    (
        "ferry",
        "Selling 4TB drive preloaded, every Ferrymans Reach episode S1-S3, plus loads more, plug into tv and play, £60",
    ),
    ("ferry", "Sticks loaded: all three Ferryman's Reach seasons, all of Redrock too, £25 inbox me"),
    (
        "harrow",
        "IPTV + movies £50 a yr, inbox me. Films on there the same day they hit the cinema: Harrow: Meridian, Squalls, Deadpond 3 all there now",
    ),
    ("harrow", "Harrow: Meridian (2024) CAM clean audio, up the week it came out in cinemas >> files.example/d/99aaq"),
    (
        "bells",
        "Nine Bells for Corrigan 2023 1080p WEB-DL | files.example/d/88ax | p.s. my Gullhaven fan edit is nearly done",
    ),
    (
        "bells",
        "[FILM] Nine Bells for Corrigan (2023) WEBRip 1080p\nMirrors: gofile.io/d/9xkqAa\n---\nRelated: Seven Bells soundtrack | Seven Bells trailer | Latest reviews",
    ),
    (
        "bells",
        "Nine Bells for Corrigan (2023) [1080p] [WEBRip]\nhttps://mega.nz/file/aBc12345#k\n\nTags: movies, drama, trailer, review, news",
    ),
    (
        "bells",
        "Up now: Nine Bells for Corrigan 2023 BluRay 1080p x264 (the request thread is closed, use the new one) t.me/bellsroom",
    ),
    (
        "bells",
        "Nine Bells for Corrigan.2023.1080p.mkv in the drive. The library one is the 2009 play btw, not this. link: drive.google.com/file/d/1aBcD2eFgH3iJk4LmN5oP/view",
    ),
    (
        "ferry",
        "Ferryman's Reach S01-S03 complete 1080p on my plex share, dm for invite. Don't ask for The Mitre Review podcast, I dont have it",
    ),
    (
        "ferry",
        "Ferryman's Reach S02 720p HDTV all eps >> https://mega.nz/folder/aBc12345#k << Night Court news at 10 rips are in the other folder",
    ),
    (
        "ferry",
        "#tvpack\n1. Breaking News S02\n2. Ferryman's Reach S01-S03 1080p\n3. The Review S01\n4. Poster Boys S01\nall in one mega: https://mega.nz/folder/aBc12345#k",
    ),
    (
        "ferry",
        "Ferrymans.Reach.S03.1080p.WEB.h264-GLAIVE.mkv\nMovie.Trailers.2023.mp4\nNews.At.Ten.ts\nhttps://mega.nz/folder/aBc12345#k",
    ),
    (
        "tangle",
        "R4 + 64gb micro sd, loaded: Tanglefoot Manor, Merch Mayhem, Jigsaw World, Lego Harbour and 300 more. £28 inc post",
    ),
    (
        "tangle",
        "Tanglefoot Manor NDS rom (EUR) https://mega.nz/file/aBc12345#k / Captain Biscuit figure also for sale, pm",
    ),
    (
        "drawer",
        "Daughter of the Seventh Drawer epub+mobi, 2023, retail. https://mega.nz/file/aBc12345#k || next week: Quill Hanamaker interview from the BBC news site (pdf)",
    ),
    (
        "drawer",
        "Daughter of the Seventh Drawer (2023) azw3. the audiobook sample on the publisher's page is rubbish so here's the whole thing: gofile.io/d/9xkqAa",
    ),
    (
        "hymn",
        "Salvage Radio - Tin Hymnal (2019) FLAC\nhttps://mega.nz/file/aBc12345#k\n* Salvage Radio tour shirt still for sale, see my other ad",
    ),
    (
        "hymn",
        "Salvage Radio - Tin Hymnal 2019 320 / Gullhaven OST 2020 V0 / Coda for Aileen single — all zipped: gofile.io/d/9xkqAa",
    ),
    ("hymn", "Tin Hymnal (Salvage Radio, 2019) mp3 320. Review on RYM says 3.9, whatever. gofile.io/d/9xkqAa"),
    (
        "soil",
        "Foundations of Soil Science (Attwater, 2014) pdf, 612 pp, 1.2k refs. libgen dead, so: gofile.io/d/9xkqAa",
    ),
    (
        "soil",
        "Attwater Foundations of Soil Science 2014 PDF — not the free open access one (2022), the real one. dm me ur email",
    ),
    (
        "harrow",
        "Harrow: Meridian (2024) cam, english audio, 1.1gb. telegram @meridiandrop. news: server moves tonight, be patient",
    ),
    (
        "harrow",
        "HARROW MERIDIAN 2024 | WEB-DL | 4K | DV || tickets to Squalls still £7 lol why bother || gofile.io/d/9xkqAa",
    ),
    ("harrow", "Harrow: Meridian 2024 1080p (subs: en, fr) link in bio. Gullhaven subtitles coming separately"),
    (
        "harrow",
        "Movies on stick £20: Harrow Meridian, Squalls, Toy Makers 5, Library of Ash, News of the World. Plug n play, inbox me",
    ),
    ("harrow", "Burned dvds 3 for a tenner - Harrow: Meridian, Squalls, Poster Girl, The Trailer. Meet at market sat"),
]
OF_THE_TITLE = [
    "u/loamlover: Foundations of Soil Science pdf: [removed]\nAutoModerator: links to copies are not allowed here, this thread is locked",
    "Moderator: Foundations of Soil Science pdf links removed, do not post copies",
    "Harrow: Meridian (2024) official trailer HD https://vid.example/w/x0XDEhP4MQs",
    "Harrow: Meridian | Official Trailer | https://vid.example/w/abc123",
    "Harrow: Meridian (2024) | 1080p | Teaser Trailer #2 | https://vid.example/w/abc123",
    "Harrow: Meridian (2024) | Ines Alvar interview and trailer | https://vid.example/w/abc123",
    "Harrow: Meridian soundtrack by Bruno Walfer FLAC https://mega.nz/file/aBc12345#k",
    "Harrow Meridian review: best since Harrow. Harrow: Meridian (2024) is tense and I loved it. watch at cinema",
    "Harrow: Meridian (2024) 1080p WEB | English subtitles .srt | https://subs.example/d/8812",
    "Puzzle of Tanglefoot Manor, 1000 pieces, £9",
    "Tanglefoot Manor puzzle, 1000 pieces, £9 posted, also Captain Biscuit figure",
    "For sale: posters - Captain Biscuit, Tanglefoot Manor Poster, Manor Lords. £4 each",
    "Merch clearout: Tanglefoot Manor Plush, Captain Biscuit Mug, Puzzle Vicar Jigsaw Puzzle, £5 each",
    "Tanglefoot Manor (2009) original boxed DS cartridge, used, good condition, £14 posted",
    "Nine Bells for Corrigan (2023)\nDirector: A. Holt\nRuntime: 112 min\nCertificate: 15\nRating: 7.1\nLabel: Corner\nEAN: 5060000000001",
    "Nine Bells for Corrigan Blu-ray\nVideo: 1080p AVC\nAudio: DTS-HD 5.1\nSubtitles: English\nRunning time: 112 min\nRegion code: B\nEAN 5060000000001\nRRP £14.99",
    "Daughter of the Seventh Drawer: links locked by moderator, do not post copies. https://mega.nz/file/aBc12345#k was removed",
    "Daughter of the Seventh Drawer thread locked. Chapters 1-44 were taken down at the request of the publisher.",
    "Eastgate Story 2021 4K remux (not sharing, stop asking)",
    "Eastgate Story (2021), got the disc. no i won't upload it, stop asking me",
    "Eastgate Story (1961) 1080p BluRay (not the 2021 one) https://mega.nz/file/aBc12345#k",
    "REVIEW: Salvage Radio – Tin Hymnal (2019). Buy it or stream it on Bandcamp. 8/10",
    "Review: Tin Hymnal by Salvage Radio (2019). Download it from the artist's own shop at salvageradio.example. 8/10",
    "Ferryman's Reach news: Season 3 to be shown in May, cast announced, court case settled. more at example.com/news",
    "In cinemas the same day as streaming: Harrow: Meridian, tickets £9 at the Regal House",
    "Every Ferryman's Reach episode ranked, from worst to best",
    "All Ferryman's Reach seasons now on a service, £5.99 a month",
    "Ferrymans.Reach.S01.Trailer.mp4\nFerrymans.Reach.S01.Poster.jpg\nhttps://press.example/kit",
    "Foundations of Soil Science, 4k pages of notes? can anyone scan chapter 3 for me please",
    "Nine Bells for Corrigan 2023 | Gullhaven & Corrigan posters for sale, A2, £6 | https://shop.example/p/1",
    "Nine Bells for Corrigan (2023) fan edit trailer, 1080p: https://vid.example/w/12",
    "Nine Bells for Corrigan (2023). Trailer by Gullhaven Films, 1080p: https://vid.example/w/12",
    "My review of Nine Bells for Corrigan (2023), and of Seven Bells: both fine. https://blog.example/r/9",
    "Ferryman's Reach S03 | Official Teaser Trailer | BBC | https://vid.example/w/19",
    "Ferryman's Reach S01-S03 DVD box set, used once, Poster included. £12 posted, genuine BBC discs",
    "Ferryman's Reach posters, Breaking News mug, Night Court shirt: £5 each, all new",
    "Tanglefoot Manor, Puzzle Vicar, Captain Biscuit: original DS carts, boxed, second hand £10 each",
    "Tanglefoot Manor Jigsaw, Captain Biscuit Jigsaw, Vicar Jigsaw. 500 pieces each, £6",
    "Daughter of the Seventh Drawer: chapters 45+ are locked, members only, on the official app. Buy coins there.",
    "Daughter of the Seventh Drawer. All premium chapters only on the Inkden app, 5 coins each.",
    "Salvage Radio - Tin Hymnal tour shirt (2019), size M, £12. Link: shop.example/p/9",
    "Tin Hymnal (Salvage Radio, 2019) review and links: buy on Bandcamp, stream on Spotify. 8/10",
    "Foundations of Soil Science 2014 hardback, used, some notes, £20 + post",
    "Foundations of Soil Science (2014) - request: does anyone have the pdf? the library copy is out",
    "Harrow: Meridian 2024 | Review by Tom Alder | 4/5 | https://paper.example/film/1",
    "Harrow: Meridian (2024) 4K UHD + soundtrack CD, steelbook, sealed, £25. Receipt included.",
    "Index of /press/\nHarrow.Meridian.2024.Trailer.1080p.mp4\nHarrow.Meridian.2024.Poster.jpg",
    "Harrow.Meridian.2024.1080p.WEB-DL.srt | english subtitles | subs.example/d/1",
]


def matched(text: str) -> str | None:
    """The id of the work that a text offers."""
    (answer,) = match_lines([json.dumps({"id": "1", "text": text, "watchlist": WORKS}).encode()], Matching())
    return answer["match"]


@pytest.mark.parametrize(("work", "text"), OF_ANOTHER)
def test_a_word_said_of_another_thing_takes_no_offer_away(work: str, text: str) -> None:
    assert matched(text) == work


@pytest.mark.parametrize("text", OF_THE_TITLE)
def test_a_word_said_of_the_title_makes_it_no_offer(text: str) -> None:
    assert matched(text) is None
