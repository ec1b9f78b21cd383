"""Scripts without spaces, and others."""

from tests.ranking_set.situations.situation import Situation

SCRIPTS = (
    Situation(
        name="a flood in Chinese",
        of="yangtze-dike",
        first={
            "yangtze-flood": "the same flood eight days before",
            "yangtze-ebb": "the end of the same flood",
        },
        absent={"moon-lands": "Chinese, and of the moon", "metro-opens": "Chinese, and of trains"},
        wrong={"order": "the ebb comes before the flood"},
    ),
    Situation(
        name="one city and two stories in Chinese",
        of="yangtze-flood",
        ordered=False,
        first={
            "yangtze-dike": "the same flood eight days later",
            "yangtze-ebb": "the end of the same flood in the same city",
        },
        later={"metro-opens": "the same city three days later, and nothing else"},
    ),
    Situation(
        name="a probe in Chinese",
        of="moon-seed",
        first={"moon-lands": "the same probe"},
        alone=True,
        terms={"moon-lands": ("月球背面", "探测器")},
        wrong={"terms": "of two words side by side the second alone is printed"},
    ),
    Situation(
        name="a harbour in Chinese",
        of="shanghai-crane",
        first={"shanghai-port": "the same harbour six weeks before"},
        alone=True,
        terms={"shanghai-port": ("上海洋山港", "码头")},
        wrong={
            "terms": "the harbour alone is printed",
            "default list": "one shared name is too little in so short texts",
        },
    ),
    Situation(
        name="a text in traditional characters",
        text="長江洪水",
        ordered=False,
        first={
            "yangtze-flood": "长江 and 洪水",
            "yangtze-dike": "长江洪水",
            "yangtze-ebb": "长江洪水",
        },
    ),
    Situation(
        name="a search in Chinese",
        query="洪水",
        ordered=False,
        first={
            "yangtze-flood": "the flood",
            "yangtze-dike": "the flood",
            "yangtze-ebb": "the flood",
        },
        alone=True,
    ),
    Situation(
        name="a bridge in Cyrillic",
        of="volga-closed",
        first={"volga-bridge": "the same bridge; words in other cases"},
        alone=True,
        absent={"moscow-snow": "the same script and month"},
    ),
)
