"""A search's results, printed."""

from toy_results import EACH, made_up

from tinyml_helpers import search

TABLE = """
                         flash  time
          #  accuracy  (bytes)  (ms)  width  kind
front     0     0.900   40,000  8.00      8  relu
front     7     0.800   25,000  9.00      4  relu
front     8     0.700   45,000  4.00      3  relu
beaten    1     0.850   50,000  9.50     16  relu
3 epochs  2     0.450   20,000  2.00      2  relu
2 were refused before training.
"""


def test_the_front_comes_first_and_who_isnt_there_is_counted():
    assert str(search.table(made_up(*EACH), "accuracy")) == TABLE.strip("\n")


def test_an_epoch_is_no_epochs():
    once = EACH[2]._replace(rungs=(search.Rung(1, 0.45, 1.0),))
    assert str(search.table(made_up(once, rungs=(1, 3)))).splitlines()[-1].startswith("1 epoch  2")


def test_a_table_may_be_short():
    table = search.table(made_up(*EACH[:3], EACH[7]), most=1)
    _, head, row, more = str(table).splitlines()
    assert "score" in head and row.startswith("front") and more == "3 more were trained."
    assert [one.number for one in table.rows] == [0] and table.kinds == ("front",)
