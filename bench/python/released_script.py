"""Times the paper's unchanged released data script on a folder of Parquet files, with a file in place of its upload.

The script (skill_factory/sft_data_creation.py of github.com/Zayne-sprague/SkillFactory) is not included here. It needs `datasets` 4.0.0,
which installs pyarrow and pandas. The library caches its input: clear HF_DATASETS_CACHE to time a first run.

    python3 bench/python/released_script.py --jsonl raw.jsonl --folder raw
    python3 bench/python/released_script.py --script sft_data_creation.py --folder raw --output traces.jsonl

The first command makes the folder from JSON lines.
"""

import argparse
import os
import resource
import runpy
import sys
import time

import datasets


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--jsonl", help="JSON lines to make the folder from")
    parser.add_argument("--script")
    parser.add_argument("--attempts", type=int, default=5)
    parser.add_argument("--output")
    arguments = parser.parse_args()
    if arguments.jsonl:
        os.makedirs(arguments.folder, exist_ok=True)
        rows = datasets.load_dataset("json", data_files=arguments.jsonl)["train"]
        rows.to_parquet(os.path.join(arguments.folder, "train-00000-of-00001.parquet"))
        return

    datasets.Dataset.push_to_hub = lambda self, name: self.to_json(arguments.output)
    sys.argv = [
        arguments.script, "--input_reflection_dataset_name", arguments.folder, "--output_dataset_name", "out",
        "--num_responses_ignore_correctness", str(arguments.attempts), "--num_repeats_per_question", "1", "--formats", "*C_full",
    ]
    start, cpu = time.perf_counter(), time.process_time()
    runpy.run_path(arguments.script, run_name="__main__")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - start:.2f} s, {time.process_time() - cpu:.2f} s of CPU, {peak:.0f} MB at the peak; imports not counted")


if __name__ == "__main__":
    main()
