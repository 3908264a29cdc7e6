"""Chinese that is written to be read, as encyclopedias and newspapers have it, not jotted down to give something away."""

import re

# Words of the written language that messages hardly use; none of them stands in the names of forms or in offers.
_WRITTEN = re.compile(
    "而(?!且)|其(?!他|它|实)|则|该(?!死)|以(?!后|前|下|上|内|为)|于(?!是)|称(?!赞)|及(?!格|时)|为(?!什么|啥)|使(?!用)|所(?!以)|由(?!于)|均|曾|仍|却|因(?!为)|据|被|将|令"
    "|者|亦|系(?!列)|获|成为|作为|以及|通过|进行|表示|认为|讲述|收录|发行|推出|凭借|饰演|执导|随着|其中|近日|日前|担任|入选|荣获|位于|属于|并(?!不|没)"
)
_MOST = 160
_ENOUGH, _FEW = 4, 3


def written(text: str) -> bool:
    """Whether a folded line is written prose: clauses set off by commas, held together by words of the written language."""
    if "，" not in text and "," not in text and "。" not in text:
        return False
    told = len(_WRITTEN.findall(text[:_MOST]))
    clauses = text.count("，") + text.count(",") + text.count("、")
    return told >= _ENOUGH or (told >= _FEW and clauses >= 2 and text.rstrip()[-1:] in ("。", "."))
