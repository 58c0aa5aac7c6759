"""The algorithm of the paper's released data script for the format *C_full, written from its description in plain Python.

Reads and writes JSON lines and holds everything in memory. The steps are those of the script: keep the four prompt variants, group by
question, sort the groups by the text of the question, parse the first verdict of each reflection, keep reflections that agree with the
attempt's correctness and contain neither of two words, keep attempts with at least one such reflection and questions with K such attempts,
and write for each length up to K a trace of random attempts that ends with a correct one. The script reads and writes through the `datasets`
and pandas libraries. This file does not, because the benchmark compares the algorithm.

    python3 bench/python/build_traces.py --input raw.jsonl --attempts 5 --output traces.jsonl
"""

import argparse
import json
import random
import time
from dataclasses import dataclass

VARIANTS = {"original", "plan_and_execute", "alternatively", "rephrase"}
NAME = "model_responses__mutated_prompts"
NEUTRAL = [f"Neutral phrase {i}: let me look at this again." for i in range(11)]
AFTER_CORRECT = [f"Phrase {i}: this looks right, I check it all the same." for i in range(10)] + NEUTRAL
AFTER_WRONG = [f"Phrase {i}: this was wrong, I try again." for i in range(13)] + NEUTRAL
ENDINGS = [f"Phrase {i}, the answer is:" for i in range(7)]


@dataclass
class Reflection:
    text: str
    verdict: object = None


@dataclass
class Attempt:
    response: str
    correct: bool
    extracted: str
    variant: str
    reflections: list


def verdict_of(text):
    if "<verdict>" not in text or "</verdict>" not in text:
        return None
    word = text.split("<verdict>")[1].split("</verdict>")[0].lower().strip()
    return {"correct": True, "incorrect": False}.get(word)


def is_clean(text):
    return "idea" not in text.lower() and "fast" not in text.lower()


def read_attempts(path):
    """Usable attempts by question."""
    groups = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["prompt_variant"] in VARIANTS:
                groups.setdefault(row["question"], []).append(row)
    for question in sorted(groups):
        attempts = []
        for row in groups[question]:
            attempt = Attempt(
                row[NAME][0], row[f"{NAME}__eval_is_correct"][0], row[f"{NAME}__eval_extracted_answers"][0], row["prompt_variant"],
                [Reflection(text) for text in row[f"{NAME}_reflection"]])
            for reflection in attempt.reflections:
                reflection.verdict = verdict_of(reflection.text)
            attempt.reflections = [r for r in attempt.reflections if r.verdict is not None and r.verdict == attempt.correct and is_clean(r.text)]
            if attempt.reflections:
                attempts.append(attempt)
        yield question, attempts


def template(length):
    parts = ["<think>"]
    for i in range(length):
        parts.append(f"<sample>\n{{response_{i}}}\n</sample>")
        parts.append(f"<reflect>\n{{reflection_{i}}}\n</reflect>")
        if i < length - 1:
            parts.append(f"{{glue_{i}}}")
    parts.append("</think>")
    parts.append("\n\n{ending}\n\n<answer>\n{answer}\n</answer>")
    return "\n".join(parts)


def draw(attempts, right, length):
    last = random.choice(right)
    return random.sample([a for a in attempts if a != last], length - 1) + [last]


def trace(attempts):
    parts = {"answer": attempts[-1].extracted, "ending": random.choice(ENDINGS)}
    for i, attempt in enumerate(attempts):
        parts[f"response_{i}"] = attempt.response
        parts[f"reflection_{i}"] = random.choice(attempt.reflections).text
        if i < len(attempts) - 1:
            parts[f"glue_{i}"] = random.choice(AFTER_CORRECT if attempt.correct else AFTER_WRONG)
    return template(len(attempts)).format(**parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", required=True)
    parser.add_argument("--attempts", type=int, default=5)
    parser.add_argument("--output", required=True)
    arguments = parser.parse_args()
    start = time.perf_counter()
    conversations = []
    for question, attempts in read_attempts(arguments.input):
        right = [a for a in attempts if a.correct]
        if len(attempts) < arguments.attempts or not right:
            continue
        for length in range(1, arguments.attempts + 1):
            conversations.append([
                {"role": "user", "content": question},
                {"role": "assistant", "content": trace(draw(attempts, right, length))},
            ])
    random.shuffle(conversations)
    with open(arguments.output, "w", encoding="utf-8") as output:
        output.writelines(json.dumps({"conversations": c}) + "\n" for c in conversations)
    print(f"{len(conversations)} traces, {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
