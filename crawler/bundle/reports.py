"""The reports of one export: report.html for both languages, a PDF for each (format.md 9)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crawler.bundle import captures, layout, press, printing
from crawler.bundle.assembly import Assembly
from crawler.bundle.report import Document, ReportFacts
from crawler.bundle.stamping import SegmentState
from crawler.errors import EnvironmentProblem

PRINTED = "html, pdf"
Captured = Sequence[Mapping[str, Any]]
"""capture.json of each exhibit, in the order of the case."""


class Reports:
    """Writes the reports from what the exhibits' folders hold."""

    def __init__(
        self, assembly: Assembly, captured: Captured, states: Sequence[SegmentState], span: tuple[str, str]
    ) -> None:
        self._assembly, self._captured, self._states, self._span = assembly, captured, states, span
        folder = assembly.bag.folder
        paths = {exhibit.name: captures.picture_path(folder, exhibit) for exhibit in assembly.case.exhibits}
        self._paths = {name: path for name, path in paths.items() if path}
        self._sizes = {name: printing.png_size(path) for name, path in self._paths.items()}

    def html(self) -> bytes:
        """report.html, in both languages."""
        both = self._documents(lambda name: f"../captures/{name}/screenshot.png", ("en", "zh"))
        return printing.html(both, self._assembly.case).encode("utf-8")

    def print(self) -> str:
        """Write the PDFs where the machine can print; returns what bag-info.txt says of the reports."""
        bag, case = self._assembly.bag, self._assembly.case
        pictures = {f"report:{name}": path for name, path in self._paths.items()}
        try:
            printing.prepare()
            for language in ("en", "zh"):
                document = self._documents(lambda name: f"report:{name}", (language,))[0]
                bag.add(layout.report(language), press.printed(document, case, pictures, self._assembly.steps.say))
        except EnvironmentProblem as problem:
            return f"html only ({problem.what})"
        return PRINTED

    def _documents(self, source: Callable[[str], str], languages: Sequence[str]) -> list[Document]:
        assembly = self._assembly
        facts = ReportFacts(
            case=assembly.case,
            captures=self._captured,
            segments=self._states,
            collector=assembly.collector,
            software=assembly.software,
            fingerprint=assembly.signer.fingerprint,
            log=assembly.log,
            span=self._span,
            folder=assembly.bag.folder,
            pictures={name: (source(name), *size) for name, size in self._sizes.items()},
        )
        return [Document(facts, language) for language in languages]
