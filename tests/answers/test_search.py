"""Search: every script, the fields that matched, and an order that makes sense."""

import pytest

from tieline.answers import index_of, search
from tieline.answers.foldtext import fold_text, query_terms, spaced, terms_of
from tieline.errors import UsageError

TEXTS = {
    "zh": "两军在南海问题上保持沟通。",
    "ja": "防衛当局はホットラインを開いた。",
    "ko": "남북 군사 통신선을 복구했다.",
    "th": "ทหารสองฝ่ายพูดคุยกัน",
    "he": "שָׁלוֹם בגבול",
    "ar": "إِعَادَة الاتِّصَال العسكري",
    "hi": "सैन्य वार्ता दिल्ली में हुई।",
    "vi": "Đường dây nóng giữa hai nước",
    "fr": "Réunion à l'École navale, coopération",
    "de": "Der Außenminister in Łódź",
    "el": "Ελλάδα και ΤΟΥΡΚΊΑ",
    "ru": "Ёлкин в Москве",
    "wide": "Ｆ－１６ over the strait",
    "en": "They talked about fish, ice and the jetty.",
}


@pytest.fixture(scope="module")
def picture(folded, said):
    return folded("".join(said(id_, text=text) for id_, text in TEXTS.items()))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("南海", "zh"),
        ("海", "zh"),
        ("南海问题", "zh"),
        ("防衛", "ja"),
        ("ホットライン", "ja"),
        ("通信線", None),
        ("통신", "ko"),
        ("군사 통신선", "ko"),
        ("พูดคุย", "th"),
        ("שלום", "he"),
        ("שָׁלוֹם", "he"),
        ("اعادة", "ar"),
        ("الاتصال", "ar"),
        ("सैन्य", "hi"),
        ("दिल्ली", "hi"),
        ("duong", "vi"),
        ("ECOLE", "fr"),
        ("re\u0301union", "fr"),
        ("coop", "fr"),
        ("aussenminister", "de"),
        ("lodz", "de"),
        ("ελλαδα", "el"),
        ("τουρκια", "el"),
        ("елкин", "ru"),
        ("f", "wide"),
        ("16", "wide"),
        ("jett", "en"),
        ("FISH", "en"),
    ],
)
def test_words_are_found_in_every_script(picture, query, expected):
    assert [hit.id for hit in search(picture, query).hits] == ([expected] if expected else [])


@pytest.mark.parametrize("query", ["etty", "海南", "题南", "ish ice", "दल", "שלם"])
def test_what_is_not_there_is_not_found(picture, query):
    assert search(picture, query).total == 0


def test_a_run_of_three_characters_must_stand_together(folded, said):
    picture = folded(said("apart", text="南海，海问题") + said("together", text="在南海问题上"))

    assert {hit.id for hit in search(picture, "南海").hits} == {"apart", "together"}
    assert [hit.id for hit in search(picture, "南海问").hits] == ["together"]


def test_quoted_words_must_stand_together_and_whole(folded, said):
    picture = folded(
        said("a", text="The crisis: communication broke down.")
        + said("b", text="Communication in a crisis.")
        + said("c", text="A crisis communications plan.")
    )

    assert {h.id for h in search(picture, "crisis communication").hits} == {"a", "b", "c"}
    for query in ('"crisis communication"', "“crisis communication”"):
        assert [h.id for h in search(picture, query).hits] == ["a"]
    assert search(picture, "crisis communication").hits[0].id == "a"


def test_who_speaks_comes_before_who_is_mentioned(talks):
    found = search(talks, "Mattis")

    assert [hit.id for hit in found.hits][:2] == ["000-10", "000-11"]
    assert found.hits[0].fields == ("speaker",)
    assert {hit.id: hit.fields for hit in found.hits}["000-22"] == ("text",)


def test_a_whole_word_comes_before_one_that_only_begins_so(folded, said):
    picture = folded(said("a", text="The lined paper.") + said("b", text="The line."))

    assert [hit.id for hit in search(picture, "line").hits] == ["b", "a"]


def test_fields_can_be_chosen_and_an_unknown_one_is_refused(talks):
    assert search(talks, "Mattis", fields=["speaker"]).total == 2
    with pytest.raises(UsageError, match="speaker"):
        search(talks, "Mattis", fields=["spaker"])


def test_names_in_assertions_and_inferences_are_searched(talks):
    assert "i-summit-is-agreement" in {hit.id for hit in search(talks, "summit").hits}
    assert "names" in search(talks, "Stimson").hits[0].fields or search(talks, "Stimson").total


def test_what_was_taken_back_is_set_aside_and_counted(folded, said):
    taken_back = "withdrawal: w\n  of: a\n  author: desk\n  on: 1931-07-01\n  why: error\n"
    picture = folded(said("a", text="ice") + said("b", text="ice") + taken_back)

    found = search(picture, "ice")
    assert ([hit.id for hit in found.hits], found.total, found.set_aside) == (["b"], 1, 1)


def test_an_empty_answer_tells_how_often_each_word_is_found(talks):
    found = search(talks, "zzz crisis")

    assert found.hits == ()
    assert (found.terms[0].term, found.terms[0].count) == ("zzz", 0)
    assert found.terms[1].count > 0


@pytest.mark.parametrize("query", ["", "  ", "...", '""', "x" * 201])
def test_a_query_without_a_word_or_too_long_is_refused(talks, query):
    with pytest.raises(UsageError):
        search(talks, query)


def test_an_index_made_once_gives_the_same_answer_and_the_limit_cuts_hits_not_counts(talks):
    index = index_of(talks.record)

    assert search(talks, "China", index=index) == search(talks, "China")
    short = search(talks, "China", index=index, limit=2)
    assert len(short.hits) == 2
    assert short.total > 2
    assert short.hits == search(talks, "China", index=index).hits[:2]


def test_folding_keeps_the_marks_that_make_another_letter(folded):
    assert fold_text("が") != fold_text("か")
    assert fold_text("हि") != fold_text("हा")
    assert fold_text("ＡＢＣ") == "abc"
    assert fold_text("İstanbul") == "istanbul"
    assert fold_text("كـــتاب") == fold_text("كتاب")


def test_terms_of_mixed_text_are_words_and_pairs():
    assert set(terms_of("F16战斗机")) == {"f16", "战", "斗", "机", "战斗", "斗机"}
    assert spaced("F16战斗机, on-time!") == "f16 战斗机 on time"
    assert [term.text for term in query_terms("F16战斗机")] == ["f16", "战斗机"]


def test_words_of_what_was_filed_since_are_added_to_those_that_were_read(folded, said):
    inferred = "inference: i\n  author: Ann\n  text: The bridge again.\n  ground: a\n\n"
    before = folded(said("a", text="A bridge over the river.") + inferred)
    after = folded(
        said("a", text="A bridge over the river.")
        + said("b", text="Another bridge, and 南海.")
        + inferred
    )
    grown = before.with_items([after.statement("b")])

    extended, whole = index_of(before.record).extended(grown.record), index_of(after.record)

    assert extended.words == whole.words
    for name, terms in whole.postings.items():
        assert {t: set(extended.postings[name][t]) for t in terms} == {
            t: set(numbers) for t, numbers in terms.items()
        }
    for query in ("bridge", "南海", "again", "another bridge"):
        assert search(grown, query, index=extended) == search(after, query)
    assert [hit.id for hit in search(before, "bridge", index=index_of(before.record)).hits] == [
        "a",
        "i",
    ]


def test_words_of_another_record_are_read_anew(folded, said):
    one, other = folded(said("a", text="Bridge.")), folded(said("b", text="River."))

    assert index_of(one.record).extended(other.record) == index_of(other.record)
