"""The stages of one link run, each with its time and peak: `python -m ....link_stages FOLDER`.

`python -m ....link_stages FOLDER whole` runs `link_month` instead, as the pipeline does.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.linkage.fresh_process import Usage
from benchmarks.linkage.link_set import TOKENS, LinkSet
from benchmarks.linkage.ours import KEY, MONTH
from kim_pipeline.linkage.blocking import find_blocks
from kim_pipeline.linkage.calibration.calibrate import Calibrated, calibrate
from kim_pipeline.linkage.calibration.estimate import estimate_quality
from kim_pipeline.linkage.clusters import cluster
from kim_pipeline.linkage.link import link_month
from kim_pipeline.linkage.model import shipped_model
from kim_pipeline.linkage.pairs import Ints, ScoredPairs
from kim_pipeline.linkage.records import Records, arrange
from kim_pipeline.linkage.register import LINK_COLUMNS, RECORD, carry_over
from kim_pipeline.linkage.resolve import log_odds
from kim_pipeline.linkage.score import score_pairs
from kim_pipeline.linkage.token_codes import encode

NOBODY = pd.DataFrame(columns=LINK_COLUMNS, dtype="str")


def main() -> None:
    """Link the tokens of a set with the stored model and print what each stage took."""
    usage, data = Usage(), LinkSet(Path(sys.argv[1]))
    with usage.part("load"):
        tokens = data.read(TOKENS)
    if sys.argv[2:] == ["whole"]:
        with usage.part("whole"):
            result = link_month(tokens, NOBODY, MONTH, shipped_model(), KEY)
        usage.facts["persons"] = result.summary.persons
    else:
        stages(tokens, usage)
    usage.report()


def stages(tokens: dict[str, pa.Table], usage: Usage) -> None:
    """Run stage by stage; each holds what the ones before have made."""
    with usage.part("arrange"):
        records = arrange(tokens)
        tokens.clear()
    with usage.part("block"):
        find_blocks(records.table, encode(records.table))
    with usage.part("block and score"):
        pairs = score_pairs(records, shipped_model())
    with usage.part("calibrate"):
        calibrated = calibrate(records, pairs, shipped_model())
    with usage.part("clusters"):
        labels = _labels(records, pairs, calibrated)
    with usage.part("ids"):
        names = records.table.select([*RECORD]).to_pandas().assign(cluster=labels)
        carry_over(names, NOBODY, MONTH, KEY, ())
    with usage.part("estimates"):
        estimate_quality(records, pairs, calibrated, labels)
    usage.facts |= {"records": records.size, "pairs": pairs.size + pairs.below}
    usage.facts |= {f"pairs by {key.name}": key.pairs for key in pairs.keys}
    usage.facts |= {f"left out by {key.name}": key.capped_pairs for key in pairs.keys}


def _labels(records: Records, pairs: ScoredPairs, calibrated: Calibrated) -> Ints:
    admitted = (calibrated.probability >= calibrated.least) & ~pairs.cannot
    bits = log_odds(calibrated.probability)
    return np.asarray(cluster(records.source_codes, pairs, bits, admitted).labels)


if __name__ == "__main__":
    main()
