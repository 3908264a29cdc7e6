"""Titles named in passing beside an offer: refused, measured against, quoted, borne by others, or already gone."""

import pytest

from crawler.model import Work
from tests.unit.judging import offered

COPPER_LANTERN = Work("w", "The Copper Lantern", "film", 2021, aliases=(), creators=("Ana Vray",))
HARROW_LANE = Work("w", "Harrow Lane", "series", 2020, aliases=(), creators=("T. Osk",))
COPPER_LANTERN_IN_FRENCH = Work("w", "The Copper Lantern", "film", 2021, aliases=("La Lanterne",), creators=())
SALT_LEDGER = Work("w", "The Salt Ledger", "book", 2019, aliases=(), creators=("Mira Quend",))
COPPER_MASKS = Work("w", "Copper Masks", "film", 2019, aliases=(), creators=("R. J. Olm",))
FIFTH_LAMPLIGHTER = Work("w", "The Fifth Lamplighter", "book", 2020, aliases=(), creators=("Ines Coll",))
PRINCIPLES_OF_MARSH_ECOLOGY = Work(
    "w", "Principles of Marsh Ecology", "book", 2018, aliases=(), creators=("Helga Strand",)
)
QUILLMARCH = Work("w", "Quillmarch", "series", 2022, aliases=(), creators=())


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (COPPER_LANTERN, "The.Copper.Lantern.Thief.2021.1080p.WEB-DL.DDP5.1.H.264-MOORE [2.4 GB] seeds 31 leech 2"),
        (COPPER_LANTERN, "The.Copper.Lantern.Thief.2020.1080p.WEB-DL.DDP5.1.H.264-MOORE [2.4 GB] seeds 31 leech 2"),
        (COPPER_LANTERN, "The.Copper.Lantern.Thief.2016.1080p.WEB-DL.DDP5.1.H.264-MOORE [2.4 GB] seeds 31 leech 2"),
        (COPPER_LANTERN, "The.Copper.Lantern.Makers.2021.720p.BluRay.x264-GRANGE"),
        (COPPER_LANTERN, "the copper lantern thief 2021 1080p webrip x265 | magnet in comments"),
        (COPPER_LANTERN, "The_Copper_Lantern_Society_2021_1080p_AMZN_WEBRip.mkv 3.1 GB download mega.example/f/9Qk2"),
        (COPPER_LANTERN, "[TorrentBay] The Copper Lantern Murders (2021) [1080p] [YTS] - 1.9 GB, 120 seeders"),
        (HARROW_LANE, "Harrow.Lane.Irregulars.S01E03.1080p.WEB.h264-TOFT"),
        (HARROW_LANE, "Harrow.Lane.Irregulars.2020.S01.COMPLETE.720p.WEB.h264-TOFT  8 GB"),
    ],
)
def test_the_name_of_a_release_that_goes_on_is_of_another_work(work: Work, text: str) -> None:
    assert not offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (COPPER_LANTERN, "The.Copper.Lantern.EXTENDED.2021.1080p.BluRay.x264-GRANGE"),
        (COPPER_LANTERN, "The.Copper.Lantern.REPACK.2021.1080p.WEB-DL.DDP5.1.H.264-MOORE [2.4 GB] seeds 31 leech 2"),
        (COPPER_LANTERN, "The.Copper.Lantern.Directors.Cut.2021.720p.BluRay.x264-GRANGE"),
        (COPPER_LANTERN, "The.Copper.Lantern.Ana.Vray.2021.1080p.WEB-DL.AAC2.0.H.264-MOORE [1.9 GB] seeds 4"),
        (COPPER_LANTERN_IN_FRENCH, "La.Lanterne.The.Copper.Lantern.2021.FRENCH.1080p.WEB.x264-PLOUF"),
        (COPPER_LANTERN, "The.Copper.Lantern.3D.HSBS.2021.1080p.BluRay.x264-GRANGE"),
        (COPPER_LANTERN, "The.Copper.Lantern.iNTERNAL.Korsub.2021.HDRip.XviD-EVE 1.4GB"),
        (COPPER_LANTERN, "The.Copper.Lantern.Theatrical.Remastered.2021.1080p.BluRay.x264-GRANGE"),
        (COPPER_LANTERN, "The.Copper.Lantern.Hindi.Dubbed.2021.720p.WEBRip.x264 900MB telegram"),
        (HARROW_LANE, "Harrow.Lane.Complete.Series.2020.1080p.WEB.h264-TOFT"),
    ],
)
def test_the_name_of_a_release_with_words_of_editions_is_of_the_title(work: Work, text: str) -> None:
    assert offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            SALT_LEDGER,
            'BOOK TWO of the Quend saga "A Tally of Bones"\nepub, 2.1 mb\nget it: filebarn.test/x81k\n(I haven\'t got book one, so please don\'t message me for "The Salt Ledger".)',
        ),
        (
            SALT_LEDGER,
            "Mira Quend - A Tally of Bones (Ledger #2) epub + mobi => pixelbin.test/k/88a\nI only have this one. Don't PM me for The Salt Ledger, I don't own it.",
        ),
        (
            SALT_LEDGER,
            "A Tally of Bones.epub  https://gofile.io/d/aa91xk\nno, I don't have The Salt Ledger, please stop asking",
        ),
        (
            SALT_LEDGER,
            "Up: Ledger saga book 3 (azw3) http://dropmefiles.test/9Kq\nbooks 1 and 2 I never bought so do not ask for The Salt Ledger",
        ),
        (
            SALT_LEDGER,
            "\"A Tally of Bones\" audiobook m4b 64k, mega.nz/file/Ab12#k. Still hunting for 'The Salt Ledger' myself so don't DM for that one.",
        ),
        (
            SALT_LEDGER,
            "Ledger quartet nr 2 pdf here: krakenfiles.com/view/aaB1/file.html\nPlease no messages about The Salt Ledger, I haven't got it.",
        ),
        (
            SALT_LEDGER,
            "Sharing book four, 'Queen of Sums', epub link: anonfiles-alt.test/9k (don't write to me for \"The Salt Ledger\", I came in at four)",
        ),
    ],
)
def test_a_text_that_refuses_a_title_is_no_offer_of_it(work: Work, text: str) -> None:
    assert not offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            SALT_LEDGER,
            '"The Salt Ledger" Mira Quend epub, 2.1 mb\nget it: filebarn.test/x81k\n(I don\'t have book two, so please don\'t message me for "A Tally of Bones".)',
        ),
        (SALT_LEDGER, "The Salt Ledger.epub https://gofile.io/d/aa91xk\nno I don't have the sequel, don't ask"),
        (SALT_LEDGER, "Don't have a kindle? message me for The Salt Ledger as pdf, I'll send the drive link"),
        (
            SALT_LEDGER,
            "Please don't message me for the password, it's on the page. The Salt Ledger (epub) mega.nz/file/Ab12#k",
        ),
    ],
)
def test_a_text_that_refuses_a_title_only_in_part_offers_the_rest(work: Work, text: str) -> None:
    assert offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            COPPER_MASKS,
            "Gin and Sympathy (2022) | WEBRip 1080p | 2.1 GB | ENG\nA country-house whodunit. Reviewers said Copper Masks did it first and did it better.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Gin and Sympathy (2022) | WEBRip 1080p | 2.1 GB | ENG\nA country-house whodunit. Everybody says Copper Masks did this better, but the cast is fun.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Gin and Sympathy (2022) | WEBRip 1080p | 2.1 GB | ENG\nA country-house whodunit. Critics compared it to Copper Masks, not unfairly.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Gin and Sympathy (2022) | WEBRip 1080p | 2.1 GB | ENG\nA country-house whodunit. It wants to be Copper Masks and it isn't.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Gin and Sympathy (2022) | WEBRip 1080p | 2.1 GB | ENG\nA country-house whodunit. Not as clever as Copper Masks but cosier.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Gin and Sympathy (2022) | WEBRip 1080p | 2.1 GB | ENG\nA country-house whodunit. Came out the same year as Copper Masks and nobody noticed it.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Gin and Sympathy (2022) | WEBRip 1080p | 2.1 GB | ENG\nA country-house whodunit. If Copper Masks was a feast then this is a good sandwich.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Gin and Sympathy (2022) | WEBRip 1080p | 2.1 GB | ENG\nA country-house whodunit. The twist is straight out of Copper Masks.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Gin and Sympathy (2022) | WEBRip 1080p | 2.1 GB | ENG\nA country-house whodunit. Made on a tenth of the Copper Masks budget.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Gin and Sympathy (2022) | WEBRip 1080p | 2.1 GB | ENG\nA country-house whodunit. My wife preferred Copper Masks.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
    ],
)
def test_a_description_below_another_release_offers_no_title_that_it_is_measured_against(work: Work, text: str) -> None:
    assert not offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            COPPER_MASKS,
            "Copper Masks (2019) | WEBRip 1080p | 2.1 GB | ENG\nA country-house whodunit. Reviewers said Gin and Sympathy did it first.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Movie night pick no. 31\n\nCopper Masks | BluRay 1080p | 3 GB\nA whodunit. Critics said The Long Weekend did it better.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Whodunit pack (2022) | WEBRip 1080p | 9 GB\nIncludes Gin and Sympathy, Copper Masks and The Long Weekend.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
        (
            COPPER_MASKS,
            "Weekend uploads 1080p\nToday it's Copper Masks, which reviewers liked more than I did.\nLink: krakenfiles.com/view/Hq7zPq/file.html",
        ),
    ],
)
def test_a_description_below_another_release_of_the_title_itself_is_an_offer(work: Work, text: str) -> None:
    assert offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            FIFTH_LAMPLIGHTER,
            "> duskreader said:\n> just finished The Fifth Lamplighter and wow\n\nGlad you liked it. Meanwhile my Attenbury 'Life of Moss' rip is done, all 13 parts, torrent on the tracker under Documentaries.",
        ),
        (
            FIFTH_LAMPLIGHTER,
            "> duskreader wrote:\n> has anyone read The Fifth Lamplighter?\n\nNo. my Attenbury 'Life of Moss' rip is done, all 13 parts, torrent on the tracker under Documentaries.",
        ),
        (
            FIFTH_LAMPLIGHTER,
            "[quote=duskreader]The Fifth Lamplighter made me cry on a bus[/quote]\nSame. Anyway, 'Moss and Men' epub is up on the tracker, 3 MB, seeding all week.",
        ),
        (
            FIFTH_LAMPLIGHTER,
            "Originally Posted by duskreader\n> The Fifth Lamplighter is next on my pile\n\nOff topic but 'Moss and Men' is up, epub, link in my signature, grab it.",
        ),
        (
            FIFTH_LAMPLIGHTER,
            "> The Fifth Lamplighter kept me up till three\n\nha. ok new upload: Moss and Men (2018) epub mega.nz/file/Ab12#k",
        ),
        (
            FIFTH_LAMPLIGHTER,
            "quill_ said:\n> started The Fifth Lamplighter last night\nenjoy! btw I just uploaded Bram Ostler's Moss and Men, epub and mobi, mediafire.com/file/8qv2/moss.zip",
        ),
    ],
)
def test_a_quote_above_another_offer_offers_nothing_of_what_it_tells(work: Work, text: str) -> None:
    assert not offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            FIFTH_LAMPLIGHTER,
            "> uploader77 said:\n> The Fifth Lamplighter epub https://gofile.io/d/aa91xk\n\nthanks, works!",
        ),
        (
            FIFTH_LAMPLIGHTER,
            "> duskreader said:\n> anyone read The Fifth Lamplighter?\n\nYes and I have it as epub, DM me and I'll send it.",
        ),
    ],
)
def test_a_quote_above_another_offer_that_gives_the_title_is_an_offer(work: Work, text: str) -> None:
    assert offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            PRINCIPLES_OF_MARSH_ECOLOGY,
            "Licence: 'Principles of Marsh Ecology' (J. Tarn and 7 volunteers, Fenland Open Press, 2022) is CC BY 4.0. Download the PDF, print it, remix it, just credit us. fenopen.example/marsh",
        ),
        (
            PRINCIPLES_OF_MARSH_ECOLOGY,
            "Principles of Marsh Ecology, by Joan Tarn et al. (Fenland Open Press). This open textbook is licensed under CC BY-SA 4.0: free pdf and epub download at fenopen.example",
        ),
        (
            PRINCIPLES_OF_MARSH_ECOLOGY,
            "Our OER 'Principles of Marsh Ecology' 2nd ed. is out! Creative Commons BY-NC, free PDF download from the college repository, edited by Tarn & Oku.",
        ),
        (
            PRINCIPLES_OF_MARSH_ECOLOGY,
            "OpenFen textbook library > Principles of Marsh Ecology | Authors: Joan Tarn, Obi Oku | License: CC BY | Download PDF (14 MB) | Order print copy",
        ),
        (
            PRINCIPLES_OF_MARSH_ECOLOGY,
            "Free and open: Principles of Marsh Ecology (Tarn, Oku 2021) - openly licensed textbook, download epub / pdf / html at fenopen.example/get",
        ),
        (
            PRINCIPLES_OF_MARSH_ECOLOGY,
            'New open access title: "Principles of Marsh Ecology" edited by Joan Tarn. Download the full book pdf free, CC BY 4.0, Fenland University Press',
        ),
    ],
)
def test_an_openly_licensed_work_of_others_is_not_the_watched_one(work: Work, text: str) -> None:
    assert not offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            PRINCIPLES_OF_MARSH_ECOLOGY,
            "Principles of Marsh Ecology Helga Strand 2018 pdf download free mega.nz/file/Ab12#k (ignore the CC BY notice on the site, that's for the template)",
        ),
        (
            PRINCIPLES_OF_MARSH_ECOLOGY,
            "Principles of Marsh Ecology - Strand - scanned pdf, I put it in public domain lol. gofile.io/d/aa91xk",
        ),
        (
            PRINCIPLES_OF_MARSH_ECOLOGY,
            "textbooks: Principles of Marsh Ecology (Strand) pdf 40MB link: https://gofile.io/d/aa91xk. not the open access one by Tarn",
        ),
    ],
)
def test_an_openly_licensed_work_mentioned_beside_a_copy_is_no_excuse(work: Work, text: str) -> None:
    assert offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            QUILLMARCH,
            "FILE UNAVAILABLE\nQuillmarch.Complete.S01.1080p.rar (8.1 GB)\nUploader's account was closed. 0 mirrors remain.\n\nComments\nb0rin: noooo\nsalt: I'll rent it",
        ),
        (
            QUILLMARCH,
            "⛔ This file is no longer available\nQuillmarch.S01.1080p.WEB.rar  7.9 GB\nReason: copyright claim\n0 downloads left",
        ),
        (QUILLMARCH, "404 - file gone\nQuillmarch.S01E01-E08.720p.mkv.zip | 5.1 GB\nno mirrors left"),
        (
            QUILLMARCH,
            "DOWNLOAD DISABLED\nQuillmarch S01 COMPLETE 1080p WEB-DL (8 GB)\nAll 3 links dead. Uploader banned.",
        ),
        (QUILLMARCH, "Quillmarch.S01.1080p.WEB.x264-TOFT.rar\nStatus: OFFLINE (0 of 4 hosts)\nLast checked: yesterday"),
        (
            QUILLMARCH,
            "Error: the file you requested does not exist\nQuillmarch.S01.Complete.1080p.rar 8.1 GB\nIt may have been deleted by the owner.",
        ),
        (QUILLMARCH, "Quillmarch.Complete.S01.1080p.rar (8.1 GB)\nMirrors: 0 online, 5 offline"),
        (QUILLMARCH, "File blocked: Quillmarch.S01.1080p.rar (8.1 GB). Terms of service violation. Mirrors: none."),
    ],
)
def test_a_page_of_a_file_that_has_no_link_left_is_no_offer(work: Work, text: str) -> None:
    assert not offered(work, text)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            QUILLMARCH,
            "This file is not mine, credit to TOFT:\nQuillmarch.S01.1080p.WEB.x264-TOFT.rar 7.9 GB\nDM for access, no links",
        ),
        (
            QUILLMARCH,
            "FILE AVAILABLE\nQuillmarch.Complete.S01.1080p.rar (8.1 GB)\n5 mirrors remain\n\nComments\nb0rin: thanks",
        ),
        (
            QUILLMARCH,
            "Old link unavailable, new one:\nQuillmarch.Complete.S01.1080p.rar (8.1 GB)\nhttps://gofile.io/d/aa91xk",
        ),
        (QUILLMARCH, "Quillmarch.Complete.S01.1080p.rar (8.1 GB)\nMirrors: 4 online, 1 offline\nDownload"),
        (QUILLMARCH, "Quillmarch.S01.1080p.WEB.x264-TOFT.rar\nStatus: ONLINE (3 of 4 hosts)\nLast checked: yesterday"),
        (QUILLMARCH, "Quillmarch S01 1080p, mirror 1 dead, mirror 2 works: https://gofile.io/d/aa91xk"),
    ],
)
def test_a_page_of_a_file_with_links_left_is_an_offer(work: Work, text: str) -> None:
    assert offered(work, text)
