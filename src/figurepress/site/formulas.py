"""Convert LaTeX formulas to MathML, and reject commands that would be rendered incorrectly."""

import re

from math_core import LatexError, LatexToMathML

from figurepress.project.validated_files import InputError

# The allowed commands. A new one also needs a line in tests/figurepress/site/formulas.txt.
_COMMANDS = r"""
    \alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \vartheta \iota \kappa
    \lambda \mu \nu \xi \pi \rho \sigma \tau \upsilon \phi \varphi \chi \psi \omega
    \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega
    \ell \hbar \Re \Im \aleph \nabla \partial \infty \emptyset \varnothing \forall \exists
    \top \perp \angle \prime \dagger \checkmark
    \mathbf \boldsymbol \bm \mathbb \mathcal \mathscr \mathfrak \mathsf \mathtt \mathrm \mathit
    \text \textbf \textit \operatorname \operatorname* \mathop \limits
    \hat \widehat \tilde \bar \vec \dot \ddot \check \overline \underline
    \overbrace \underbrace \overset \underset \stackrel \overrightarrow \overleftarrow
    \frac \tfrac \dfrac \binom \sqrt
    \sum \prod \int \iint \oint \bigcup \bigcap \bigoplus
    \min \max \argmin \argmax \sup \inf \lim \limsup \liminf \arg \det \dim \ker \exp \log \ln
    \sin \cos \tan \sinh \cosh \tanh \gcd \Pr \bmod \pmod
    \pm \mp \times \div \cdot \ast \star \circ \bullet \oplus \ominus \odot \otimes \setminus
    \wedge \vee \land \lor \neg \lnot \cap \cup
    \le \ge \leq \geq \lt \gt \ll \gg \ne \neq \not \approx \sim \simeq \cong \equiv \propto
    \triangleq \coloneqq \prec \succ \preceq \succeq \lesssim \gtrsim
    \in \notin \ni \subset \subseteq \supset \supseteq \mid \nmid \parallel
    \to \gets \rightarrow \leftarrow \leftrightarrow \Rightarrow \Leftarrow \Leftrightarrow
    \longrightarrow \mapsto \implies \iff \uparrow \downarrow
    \left \right \middle \bigl \bigr \Bigl \Bigr \big \Big \bigg \Bigg
    \| \{ \} \lvert \rvert \lVert \rVert \langle \rangle \lfloor \rfloor \lceil \rceil \vert \Vert
    \ldots \cdots \vdots \ddots
    \, \: \; \! \quad \qquad \phantom \displaystyle \textstyle
    \% \$ \& \# \_ \backslash \\ \begin \end
    """
COMMANDS = frozenset(_COMMANDS.split())
ENVIRONMENTS = (
    "matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "cases", "aligned", "gathered",
)  # fmt: skip
INSTEAD = {  # what to write for an unsupported command or environment
    r"\dots": r"\ldots or \cdots",
    r"\mbox": r"\text",
    r"\textrm": r"\text",
    r"\texttt": r"\mathtt",
    r"\widetilde": r"\tilde",
    r"\substack": r"a condition in one line",
    r"\xrightarrow": r"\overset{...}{\to}",
    "align": "aligned",
    "align*": "aligned",
    "split": "aligned",
    "equation": "$$...$$",
    "array": "matrix or cases",
}
_CONVERTER = LatexToMathML(fancy_error=False)
# Browsers draw these combining accents of math-core too far to the left, unlike their replacements.
_ACCENTS = str.maketrans({"\u0332": "\N{OVERLINE}", "\u20d7": "\N{RIGHTWARDS ARROW}"})
_TOKEN = re.compile(r"\\(?:operatorname\*|[A-Za-z]+|.)", re.S)  # a command: \alpha, \{ or \\
_UNSUPPORTED_TEXT = re.compile(
    r"""
    \\text(?:bf|it)?\s*\{[^{}]*  # \text{ and any words, then
    (?: \\[A-Za-z]              # a command, such as \alpha,
      | \\[^A-Za-z]\s           # or a sign such as \& before a space, which math-core drops,
      | (?<!\\)[${] )            # or a formula or a group
    """,
    re.VERBOSE,
)
_SLASH = "\N{COMBINING LONG SOLIDUS OVERLAY}"  # math-core adds it to a sign that it cannot negate


def mathml(formula: str, display: bool = False) -> str:
    r"""A LaTeX formula, without the $ signs around it, as a MathML element.

    With `display`, it has its own line.

    Raises
    ------
    InputError
        If the formula is not valid LaTeX, or contains what would be rendered incorrectly, such as a
        command that is not in `COMMANDS`.
    """

    def rejection(reason: str) -> InputError:
        return InputError(f"${' '.join(formula.split())}$: {reason}")

    for command in _TOKEN.findall(formula):
        if command not in COMMANDS:
            raise rejection(f"command {command} is not supported; {_hint(command)}")
    for name in re.findall(r"\\begin\s*{(.*?)}", formula):
        if name not in ENVIRONMENTS:
            raise rejection(f"environment {name!r} is not supported; {_hint(name)}")
    if "%" in _TOKEN.sub("", formula):  # without \%, which is a command
        raise rejection(r"% starts a comment; write \%")
    without_environments = re.sub(r"\\begin\s*{(.*?)}.*\\end\s*{\1}", "", formula, flags=re.S)
    if r"\\" in _TOKEN.findall(without_environments):
        raise rejection(r"\\ breaks lines in an environment only; write \begin{aligned}")
    if _UNSUPPORTED_TEXT.search(formula):
        raise rejection(r"\text may contain only plain words; end it before a command or formula")
    try:
        element = _CONVERTER.convert_with_local_state(formula, displaystyle=display)
    except LatexError as error:
        reason = re.sub(r"^\d+: ", "", str(error)).rstrip(".")  # without the position of the error
        raise rejection(f"not valid LaTeX: {reason}; correct the formula") from None
    if _SLASH in element:
        raise rejection(r"\not is not supported for the sign that follows; use another sign")
    return element.translate(_ACCENTS)


def _hint(name: str) -> str:
    """What to write instead of an unsupported command or environment."""
    if name in INSTEAD:
        return f"write {INSTEAD[name]} instead"
    return "check the spelling or write it another way"
