"""Sentences by which somebody hands on, sends, sells or unlocks a copy, in the ways that each language builds them."""

import re
from collections.abc import Iterator
from functools import cache

from crawler.matching.files import Trace
from crawler.text import folded

# On the words of a page: one space between two words, no signs. Each entry: rule, weight, what follows the start of a word.
_SENTENCES: tuple[tuple[str, float, str], ...] = (
    # English
    (
        "act-of-sharing",
        1.3,
        r"(?:i ll|ill|i can|can|i will|we can|we ll|happy to|glad to|able to) (?:\w+ )?(?:send|mail|email|share|upload|burn|copy|dm|pm|message|forward|pass|give|hook|sort|drop|add|put) (?:\w+ ){0,3}(?:you|u|ya|it|them|one|links?|copy|copies|access|over|on|up|in)"
        r"|i (?:send|mail|email|share|burn|copy|upload) (?:\w+ ){0,3}(?:you|u|it|them|links?|copies|access|on|to)"
        r"|(?:i|we|ive|i ve|just|he|she) (?:just )?(?:put|uploaded|upped|posted|dropped|stuck|dumped|hosted|shared|copied|burned|burnt|ripped|scanned|digiti[sz]ed|recorded|taped) (?:\w+ ){0,5}(?:up|on|onto|in|to|from|off|at|here|yesterday|today)"
        r"|(?:anyone|anybody|whoever|who|those|if u|if you|if anyone|if anybody) (?:that |who )?(?:wants?|needs?|after|missed|fancies|hunting|interested|ur hunting) (?:\w+ ){0,4}(?:it|one|this|copy|them|link|here|have)"
        r"|(?:new|my|own|clean|fresh|full|good|proper|better|first|decent|hq) (?:rip|encode|scan|screener|upload|dump|vinyl rip|web rip|capture|re ?encode|transfer)"
        r"|(?:sent|sending) (?:you|u|it to you|ya)|check (?:your|ur|yr|ya) (?:dms?|pms?|messages|inbox|mail)"
        r"|links? (?:in|on|at|by|via|per|below|here|inside|above|pm|dm|sent|within|available|on request|in the|4|updated|fixed|alive|live|still)"
        r"|(?:pw|pass|passwd|password) (?:is|in|on|guest|for|to|same)|same (?:login|password|pw|place|folder|link) as (?:always|usual|before)|in the usual place"
        r"|(?:have|got|ve got|i ve|ive) (?:it|this|them|that|a copy|one|some|the \w+|both|all) (?:\w+ ){0,3}(?:as|in|on) (?:an? )?(?:epub|pdf|mobi|mp3|m4b|flac|usb|discs?|dvds?|stick|my|the drive|drive|hd|full hd|4k|1080p|720p|disk)"
        r"|(?:watch|read|stream|listen|download|get|play|see)(?: \w+){0,6} (?:for nothing|for free|free of charge|no signup|without paying|without an account|no account)"
        r"|(?:free|full) (?:to )?(?:watch|stream|download|read|movie|film|episode|ep|book|album|copy|pdf|epub)",
    ),
    (
        "channel",
        1.2,
        r"(?:shout|ask|holler|yell|message|text|ping|pm|dm|msg|mail|email|write|contact|inbox|reach out|reply|comment|sing out|line|give me a shout|hit me|hmu|call|whatsapp|telegram|kik|snap) (?:me |us |up |here |below |back |in chat )?(?:\w+ )?(?:if|for|4|to|and|in|with) (?:\w+ ){0,3}(?:want|need|interested|links?|it|one|copy|prices?|details|access|list|invite|pw|password|files?|chat|info|more|magnet|torrent|drive|folder|download)"
        r"|(?:give|send|drop|leave|post|comment|tell|write|put) (?:me |us )?(?:your|ur|you|yr) (?:e ?mail|gmail|mail|address|number|username|handle)"
        r"|(?:invite|invites|access|link|links|files?) (?:by|via|through|over|per|to|in|to your|in your) (?:e ?mail|dm|pm|telegram|whatsapp|discord|inbox|chat|gmail|messenger|signal)"
        r"|(?:see|check|look at|look in) (?:my |the )?(?:profile|bio|pinned|sticky|channel|first comment)",
    ),
    (
        "storage",
        1.2,
        r"(?:on|in|from|to|at|via|off) (?:my|our|a|the) (?:\w+ )?(?:server|nas|drive|cloud|plex|nextcloud|owncloud|dropbox|mega|onedrive|ftp|folder|seedbox|hard drive|pcloud|koofr|google drive|gdrive|jellyfin|emby)"
        r"|(?:my|our) (?:\w+ )?(?:plex|nas|nextcloud|seedbox|cloud drive|jellyfin|emby|koofr|mega|gdrive|onedrive|google drive|index|mirror site|stash)"
        r"|(?:hit|see|use|check) (?:up )?the (?:mega|drive|gdrive|folder|index|vault|box|dropbox)",
    ),
    (
        "carrier",
        1.2,
        r"on (?:an? |one |\d+ )(?:usb|stick|sticks|memory stick|flash drive|pen|sd|ssd|hdd|hard drive|disk|thumb|burnt|burned)|on (?:usb|dvd r|dvdr|cd r|cdr|blank dvds?|sticks)"
        r"|(?:dvd|cd|disc|blu ?ray|vhs|vcd|dvds|discs|tape|hard|hdd|usb|digital|paper|printed|home|backup|pirate) ?(?:copy|copies|dub|dubs|dupe|dupes)"
        r"|(?:burn|burnt|burned|burning|copied|dubbed|recorded|duped) (?:\w+ ){0,4}(?:on|onto|to) (?:an? |the )?(?:dvds?|discs?|cds?|blank|usb|stick|tape|blu rays?|drive|sd)"
        r"|(?:handmade|home made|homemade|printed|photocopied|hand written|copied|scanned|inkjet) (?:covers?|sleeves?|inlays?|labels?|inserts?|artwork|box|booklet)"
        r"|(?:spiral|ring|comb|wire|glue) (?:bound|binding)|(?:hard ?copy|print|printout|paper copy) (?:made |printed )?(?:from|of) (?:the )?pdf",
    ),
    (
        "unlocked",
        1.3,
        r"(?:licen[cs]e|licensing|activation|drm|denuvo|login|trial|protection|dongle|subscription|paywall|serial)(?: \w+){0,3} (?:removed|stripped|disabled|patched|bypass\w*|cracked|killed|gone|emulated|defeated|unlocked|not needed)"
        r"|(?:removed|stripped|patched out|disabled|bypass\w*|cracked|without|no|skips?) (?:the |a |any )?(?:licen[cs]e|activation|drm|serial|dongle|ilok|subscription|paywall|steam) (?:needed|required|check|key|file|manager)?"
        r"|(?:works|runs|opens|full|fully) (?:\w+ )?without (?:a |an |any )?(?:licen[cs]e|activation|serial|key|subscription|account|dongle|steam)"
        r"|(?:replace|overwrite|copy|swap|drop|put|paste) (?:the |over |in )?(?:\w+ ){0,2}(?:dll|exe|crack|cracked|patch|patched|keygen|loader)"
        r"|(?:base|upd|update) (?:and |upd |update )+dlcs?|(?:cracked|patched|nulled|modded|unlocked|leaked|hacked|jailbroken) (?:version|copy|build|release|plugin|plugins|apk|app|exe|installer|game|software|edition|files?|pack)"
        r"|(?:for|on) (?:your |a )?(?:modded|hacked|jailbroken|homebrew|cfw|emulator|hacked) ?\w*",
    ),
    (
        "own-copy",
        1.3,
        r"(?:steam|psn|xbox|epic|ubisoft|origin|netflix|spotify|nintendo|battlenet|prime|disney|hbo|crunchyroll|premium|shared|adobe|canva|office|game) acc(?:ount|t|s|ounts|ts)? (?:with|w|incl|including|has|for|shared?|\d)"
        r"|you (?:can )?change (?:the )?(?:e ?mail|mail|password|pw)|(?:not|isn t|aren t|no) (?:an? |the )?(?:official|original|originals|genuine|licensed|real thing|retail)(?: \w+)? (?:copy|disc|discs|one|release|lol|but|dvd|cover)"
        r"|(?:bootleg|pirate|pirated|unofficial|unlicensed|copied|fake) (?:\w+ )?(?:dvds?|discs?|copy|copies|cds?|box|set|sets|cart|carts|print|release|version)",
    ),
    (
        "discs",
        0.7,
        r"\d+ (?:discs?|dvds?|dvd ?rs?|cds?|blu ?rays?|disques|discos|dischi|discuri|plyt\w*|диск\w*|lemez\w*|skivor|plader)",
    ),
    # German
    (
        "act-of-sharing",
        1.2,
        r"(?:schick|sende|maile|teile|lade|brenne|kopiere|stelle)\w* (?:\w+ ){0,5}(?:euch|dir|link|links|hoch|online|rein|weiter|per mail|per pn|auf dvd|als pdf|als epub|als mp3|digital)"
        r"|(?:wer|falls) (?:\w+ ){0,4}(?:mochte|will|mag|braucht|interesse)|links? (?:per|via|unten|im|in|anbei|folgt|auf anfrage|hier|bei)|(?:vollversion|freigeschaltet|aktiviert|gecrackt|geknackt)\w*|selbst ?(?:gebrannt|gescannt|gerippt|aufgenommen|erstellt)\w*",
    ),
    (
        "carrier",
        1.2,
        r"(?:gebrannt|gebrannte|kopiert|kopierte|raubkopiert|uberspielt|gespeichert)\w*(?: \w+){0,2} (?:dvds?|cds?|blu rays?|stick|usb|discs?|festplatte)|auf (?:usb|stick|dvd r|rohling|festplatte|speicherkarte|usb stick|sd karte)|(?:usb|speicher) ?stick\w*",
    ),  # fmt: skip
    # French
    (
        "act-of-sharing",
        1.2,
        r"(?:je|j) (?:\w+ )?(?:donne|envoie|partage|passe|file|mets|poste|uploade|peux|ai) (?:\w+ ){0,5}(?:pdf|epub|lien|liens|mail|mp|qui veut|en ligne|dispo|sur|drive|cle)"
        r"|(?:envoyez|laissez|donnez|mettez|demandez) (?:moi )?(?:\w+ )?(?:mail|mp|message|email|adresse|lien)|liens? (?:en|par|dans|sur|ci|dispo\w*|valables?|mega|1fichier|uptobox|direct\w*|torrent|en dessous|plus bas)|(?:pour|a) (?:ceux|qui) (?:\w+ )?(?:veut|veulent|interesse\w*)|en (?:dvd grave|telechargement|ddl|partage)",
    ),
    (
        "carrier",
        1.2,
        r"(?:dvd|cd|disque|blu ray|cle|copie)s? (?:grave|copie|rempli|pirate)\w*|sur (?:cle|cle usb|clef|clef usb|disque dur|dvd grave|carte sd)|grave\w* sur",
    ),  # fmt: skip
    # Spanish, Portuguese, Italian, Romanian
    (
        "act-of-sharing",
        1.2,
        r"(?:se|te|les|os|le|lo|la) (?:lo |la |los |las )?(?:mando|paso|envio|dejo|comparto|regalo|subo|grabo)"
        r"|(?:pasen|pasa|pasame|dejen|deja|dejame|dame|manda|mandame|manden|escribe\w*|comenta|comenten) (?:\w+ ){0,3}(?:correo|mail|email|dm|md|mp|privado|inbox|whats\w*|gmail|telegram)|(?:enlaces?|links?) (?:en|por|al|de|directo\w*|abajo|aqui|en los|caido\w*|actualizado\w*)|(?:quien|quienes) (?:lo |la |los )?(?:quiera|quieran|necesite|guste)|(?:lo|la|los) tengo (?:en|completo|completa)|tengo (?:\w+ ){1,6}(?:hd|full hd|pdf|epub|dvd|usb|digital|1080p|4k)"
        r"|(?:mando|envio|passo|compartilho|gravo|disponibilizo) (?:\w+ ){0,4}(?:link|pelo|por|no|via|drive|whats\w*|zap|email|telegram|dvd|pendrive|pdf)|(?:quem|alguem) (?:\w+ )?(?:quiser|quer|precisar)|ped\w+ (?:o )?(?:acesso|link)|link (?:no|na|nos|em|abaixo|via|pelo|do)|no meu (?:drive|canal|telegram|mega|onedrive)|(?:meu|nosso) (?:drive|canal|grupo|telegram)"
        r"|(?:mando|invio|passo|condivido|regalo|masterizzo) (?:\w+ ){0,4}(?:link|pdf|file|in privato|via|mail|telegram|dvd|chi)|chi (?:lo |la |li )?(?:vuole|volesse|desidera)|scriv\w+ (?:in privato|in pm|per)|link (?:in|nel|nei|qui|sotto|via)|scrivetemi|contattatemi"
        r"|(?:trimit|dau|ofer|urc|pun|am pus|am urcat) (?:\w+ ){0,5}(?:link\w*|pe|prin|stick|cd|dvd|mail|privat|drive)|cine (?:\w+ )?(?:vrea|doreste)|link\w* (?:in|pe|mai|la|jos)",
    ),
    (
        "carrier",
        1.2,
        r"(?:dvds?|cds?|discos?|copias?|memoria|pendrives?|usb) (?:grabad|copiad|quemad|pirata|con|gravad|cheio|copia|masterizzat)\w*|en (?:usb|pendrive|memoria|dvd copia|disco duro)|no pen ?drive|su (?:chiavetta|usb|dvd masterizzato)|stick\w* cu|pe (?:stick|usb|dvd|cd|hard)",
    ),  # fmt: skip
    # Polish, Czech, Slovak
    (
        "act-of-sharing",
        1.2,
        r"(?:wysle|wysylam|podesle|przesle|udostepn|nagram|wrzuc|zgram|podam|dam link|mam w|poslu|posilam|nahraj|vypalim|sdil|poskytnu|zaslem|poslem)\w*|link\w* (?:na|w|po|do|ponizej|v|ve|nize|dole)|(?:kto|komu|jak ktos) (?:\w+ )?(?:chce|potrzebuje|zainteresowany)|kdo (?:\w+ )?chce|pisz\w* (?:na|do|po|priv\w*)|napiste",
    ),
    (
        "carrier",
        1.2,
        r"(?:nagryw|nagran|wypal|zgran|vypalen|napalen|kopiowan)\w+|na (?:pendriv\w*|plyt\w*|usb|fleszc\w*|dysk\w*|flash\w*|cd|dvd)",
    ),  # fmt: skip
    # Russian, Ukrainian
    (
        "act-of-sharing",
        1.2,
        r"(?:скину|скинуть|скидываю|кину|кидаю|вышлю|пришлю|отправлю|поделюсь|делюсь|запишу|выложу|выкладываю|залью|залил\w*|сброшу|скачал\w*|надішлю|скину|поширю)|(?:кому|кто) (?:\w+ )?(?:надо|нужн\w+|хочет|интересно)|ссылк\w+ (?:в|на|ниже|внизу|под|тут|здесь|скину)|(?:смотр\w+|скача\w+|качай\w*|кача\w+|слуша\w+|чита\w+) (?:\w+ ){0,4}(?:онлайн|бесплатно|здесь|тут|на нашем|в хорошем|без регистрации|торрент\w*|по ссылке)",
    ),
    (
        "channel",
        1.1,
        r"(?:в|на) (?:телег\w+|тг|лс|личк\w+|личные|вотсап\w*|ватсап\w*|вайбер\w*|почту|директ\w*|телеграм\w*|приват)",
    ),  # fmt: skip
    (
        "carrier",
        1.2,
        r"(?:флешк|флэшк|флеш|болванк)\w*|(?:записан|переписан|скопирован)\w*|на (?:диск\w*|двд|dvd|usb|жестк\w+)",
    ),  # fmt: skip
    # Turkish, Greek, Hungarian
    (
        "act-of-sharing",
        1.2,
        r"link\w* (?:isteyen\w*|icin|dm|ozel\w*|mesaj\w*|asagida|bio\w*|yorum\w*|aciklama\w*|veri\w*|ati\w*)|isteyen\w* (?:\w+ ){0,3}(?:yazsin|yazabilir|dm|mesaj|ozel\w*|ulassin|gonder\w*|at\w*)|(?:gonder|yolla|paylas|yukle)\w*(?:iyorum|irim|arim|abilirim|eyim|ayim|dim|tim)|izleyin|indirin"
        r"|(?:στελν|εστειλ|μοιραζ|ανεβα|κατεβα)\w+|link\w* (?:σε|στο|στα|στην|εδω)|οποιος (?:\w+ )?θελει|(?:se|με) (?:usb|dvd γραμμεν\w+)|γραμμεν\w+"
        r"|(?:kuldom|kuldok|kuldhet|elkuld|feltolt|atmasol|megoszt)\w*|link\w* (?:\w+ ){0,2}(?:privat\w*|uzenet\w*|kuld\w*|lent|alabb|a leiras\w*)|akinek (?:\w+ )?kell|(?:irott|masolt|kiirt) (?:dvd|cd|lemez|blu)\w*|pendrive\w*|usb ?(?:n|re|rol)",
    ),
    # Nordic, Dutch, Finnish
    (
        "act-of-sharing",
        1.2,
        r"(?:skickar|sender|delar|deler|lagger upp|laddat|lastet|lagt ut|lagt upp) (?:\w+ ){0,4}(?:lank\w*|lenke\w*|link\w*|pm|mail|epost|upp|ut|filen|mp3|pdf)|(?:lank|lenke|link)\w* (?:i|pa|via|under|nedan|her|har)|(?:vill|vil) (?:du|dere|ni|nogen|noen|nagon) ha"
        r"|(?:stuur|mail|deel|brand|kopieer|upload) (?:\w+ ){0,4}(?:link\w*|pb|dm|bericht|mail\w*|door|even|pdf)|(?:pb|bericht) (?:voor|mij|naar)|wie (?:\w+ )?(?:wil|zoekt|nodig)|link\w* (?:in|via|hieronder|op|per)"
        r"|(?:lahetan|jaan|poltan|laitan|pistan) (?:\w+ ){0,4}(?:linkin|linkki\w*|yv\w*|sahkoposti\w*|levyl\w*|jakoon)",
    ),
    (
        "carrier",
        1.2,
        r"(?:brand|branda|brent|brente|braendt|braendte|gebrand|gebrande|poltettu|poltetut|kopierad|kopiert|kopieret|gekopieerd)\w* (?:\w+ )?(?:dvd\w*|cd\w*|skiv\w*|plate\w*|blu\w*|usb\w*|levy\w*|schijf\w*)|(?:pa|paa|op) (?:en |een |et )?(?:minnepenn\w*|minnepinne\w*|minneb\w+|usb\w*|harddisk\w*|stick\w*)|muistitik\w+",
    ),  # fmt: skip
    # Indonesian, Malay, Vietnamese
    (
        "act-of-sharing",
        1.2,
        r"link(?:nya)? (?:di|ada|dm|wa|bio|komen\w*|bawah|download|gdrive|telegram|tele|full|nonton)|(?:yang|yg|siapa) (?:\w+ )?(?:mau|minat|butuh)|(?:dm|wa|japri|chat|pc|pm) (?:aja|saja|ya|dong|buat|untuk|utk|minat|admin)|(?:kirim|bagi|bagiin|kasih|upload|share) (?:\w+ ){0,3}(?:link\w*|lewat|via|drive|gratis|file\w*)|(?:nonton|unduh|download|baca) (?:\w+ ){0,4}(?:gratis|disini|di sini|full|sub indo|di link)|sub (?:indo|malay)|isi (?:film|lagu|drama|game)"
        r"|(?:ai|ban nao) (?:\w+ ){0,3}(?:can|muon|thich)|(?:ib|inbox|cmt|comment|nhan tin|de lai) (?:\w+ ){0,3}(?:minh|gui|link|mail|email|gmail|nhe|de nhan)|(?:gui|chia se|tai|up) (?:\w+ )?(?:link|phim|file|sach|mien phi|full|drive)|(?:thuyet minh|vietsub|long tieng)(?: \w+){0,2} (?:tron bo|full|hd|link)|(?:usb|o cung|dia|the nho) (?:chep|copy|phim|nhac)",
    ),
)
_MANY = 40


@cache
def _expression() -> tuple[re.Pattern[str], list[tuple[str, float]]]:
    parts = [f"(?P<r{number}>{folded(pattern)})" for number, (_, _, pattern) in enumerate(_SENTENCES)]
    return re.compile(rf"(?<![^ ])(?:{'|'.join(parts)})(?![^ ])"), [(name, weight) for name, weight, _ in _SENTENCES]


def sentences(text: str) -> Iterator[Trace]:
    """The sentences in the text of a words view; at most so many as make the page's case."""
    expression, kinds = _expression()
    for number, found in enumerate(expression.finditer(text)):
        if number >= _MANY * len(kinds):
            return
        name, weight = kinds[int((found.lastgroup or "r0")[1:])]
        yield Trace(name, weight, *found.span())
