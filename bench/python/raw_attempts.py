"""Writes synthetic input in the raw schema of the paper's released datasets, as JSON lines.

One row per question, prompt variant and attempt: the question's text, its gold answer, the variant, and lists of one response, one
correctness, one extracted answer, and four reflections. Lengths are those of a 1.5B model on Countdown: a prompt of about 700 characters,
responses of about 800, reflections of about 300. About a third of the attempts are correct, and seven in ten verdicts are right.

    python3 bench/python/raw_attempts.py --questions 1000 --output raw.jsonl [--shuffle] [--spelling mutated_prompts|example_annotation]
"""

import argparse
import json
import random

VARIANTS = ["original", "plan_and_execute", "alternatively", "rephrase"]
WORDS = ("so we try the next pair and take the sum of both numbers which gives a value near the target then we subtract what is left over "
         "and compare it with what was asked before going on to another combination of operations").split()


def prose(random_source, characters):
    """Lines of random words, with about this many characters."""
    lines, line, length = [], [], 0
    goal = characters * random_source.uniform(0.6, 1.4)
    while length < goal:
        line.append(random_source.choice(WORDS))
        length += len(line[-1]) + 1
        if len(line) == 12:
            lines.append(" ".join(line) + ".")
            line = []
    return "\n".join(lines + [" ".join(line)])


def rows(arguments):
    source = random.Random(arguments.seed)
    name = f"model_responses__{arguments.spelling}"
    preamble = prose(random.Random(0), 600)
    for index in range(arguments.questions):
        numbers = [source.randint(1, 100) for _ in range(3)]
        target = source.randint(100, 999)
        question = f"{preamble}\n# Problem {index}\nUsing the numbers in the list {numbers}, create an equation that equals {target}."
        for variant in VARIANTS:
            for _ in range(arguments.attempts):
                correct = source.random() < 0.35
                answer = f"{numbers[0]} * {numbers[1]} - {source.randint(1, 999)} = {target}"
                reflections = []
                for _ in range(4):
                    verdict = correct if source.random() < 0.7 else not correct
                    reflections.append(f"{prose(source, 260)}\n<verdict>\n{'Correct' if verdict else 'Incorrect'}\n</verdict>")
                yield {
                    "question": question,
                    "answer": str(target),
                    "prompt_variant" if arguments.spelling == "mutated_prompts" else "prompt_type": variant,
                    name: [f"{prose(source, 740)}\n<answer>\n{answer}\n</answer>"],
                    f"{name}__eval_is_correct": [correct],
                    f"{name}__eval_extracted_answers": [answer],
                    "model_responses__mutated_prompts_reflection": reflections,
                }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--attempts", type=int, default=16, help="attempts per question and variant")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--spelling", choices=["mutated_prompts", "example_annotation"], default="mutated_prompts")
    parser.add_argument("--shuffle", action="store_true", help="rows in random order; holds them all in memory")
    parser.add_argument("--output", required=True)
    arguments = parser.parse_args()
    lines = (json.dumps(row) for row in rows(arguments))
    if arguments.shuffle:
        lines = list(lines)
        random.Random(arguments.seed).shuffle(lines)
    with open(arguments.output, "w", encoding="utf-8") as output:
        output.writelines(line + "\n" for line in lines)


if __name__ == "__main__":
    main()
