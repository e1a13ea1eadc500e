"""Which language a typed idea is in: by its script, and in Latin script by small words that only one language has."""

from __future__ import annotations

import re

from core.intent.wording import plain

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("uk", re.compile(r"[іїєґ]", re.IGNORECASE)),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)

# Words of one language that the others do not write alike, folded; those that end in * are beginnings.
_WORDS = {
    "en": "the and for with without under gifts gift of to my our who that this in on at from your kids women men",
    "de": "und oder fur mit ohne der die das den dem ein eine einen zum zur im vom bei nicht unter uber geschenk* deko "
    "garten* kuche* kinder* manner* frauen* weihnacht* sommer* herbst* wohn* auch ich wir suche brauche alles aus",
    "es": "para con sin los las el del una por y regalo* ninos ninas mujer* hombre* navidad casa jardin cocina verano "
    "otono invierno menos mas quiero busco algo ropa decoracion fiesta juguetes",
    "fr": "pour avec sans les des du une et ou cadeau* enfant* femme* homme* noel maison jardin* cuisine ete automne "
    "hiver moins je nous cherche fete vacances rentree idees le la aux chez meuble* bois salon",
    "it": "per con senza gli della dello il una e regal* bambin* donna donne uomo uomini natale casa cucina estate",
    "pt": "para com sem os uma e presente* crianca* mulher* homem homens natal casa cozinha verao",
    "nl": "voor met zonder het een en cadeau* kinderen vrouwen mannen kerst* huis tuin keuken zomer herfst",
}
_WHOLE = {name: {w for w in words.split() if not w.endswith("*")} for name, words in _WORDS.items()}
_BEGIN = {name: tuple(w[:-1] for w in words.split() if w.endswith("*")) for name, words in _WORDS.items()}
# Signs that English does not write; "café" and "jalapeño" are in English themes too, so they only settle a draw.
_SIGNS = {"de": "äöüß", "es": "ñ¿¡", "fr": "çèêàùœ", "pt": "ãõ", "it": "ò"}


def language_of(text: str) -> str:
    """The language of a text as a tag of two letters; English where nothing says otherwise."""
    for name, script in _SCRIPTS:
        if script.search(text):
            return name
    words = [plain(w) for w in re.findall(r"[^\W\d_]+", text)]
    low = text.lower()
    best, most = "en", 0.0
    for name in _WORDS:
        score = sum(1.0 for w in words if w in _WHOLE[name] or w.startswith(_BEGIN[name] or ("\0",)))
        if score and any(sign in low for sign in _SIGNS.get(name, "")):
            score += 0.5
        if score > most:
            best, most = name, score
    return best
