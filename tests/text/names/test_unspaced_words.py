from search.text.names.unspaced_words import mined_words, words_in

CITIES = ("北京", "东京", "巴黎", "伦敦")
TEXTS = [
    *(
        f"{CITIES[number % 4]}奥运{what}。"
        for number, what in enumerate(
            "会期 村落 选手 火炬 奖牌 泳池 门票 口号 裁判 旗手 餐厅 宿舍".split()
        )
    ),
    *(f"{city}{what}。" for city in CITIES for what in ("下雨", "堵车", "停电", "选举", "降温")),
    *["大雨淹没港口街道，学校停课", "法院审理前职员案件，听众很多", "森林里发现新甲虫，学者高兴"]
    * 9,
]


def test_a_word_is_frequent_and_free_on_both_sides() -> None:
    found = mined_words(TEXTS)
    assert "奥运" in found
    assert "京奥" not in found and "京奥运" not in found


def test_words_stand_where_they_are_known() -> None:
    text = "北京奥运会"
    assert [text[a:b] for a, b in words_in(text, frozenset({"北京", "奥运"}))] == ["北京", "奥运"]


def test_a_run_of_katakana_is_one_word() -> None:
    text = "サービス停止"
    assert [text[a:b] for a, b in words_in(text, frozenset())] == ["サービス"]


def test_of_nothing_nothing_is_mined() -> None:
    assert mined_words([]) == frozenset()
    assert mined_words(["plain words"]) == frozenset()
