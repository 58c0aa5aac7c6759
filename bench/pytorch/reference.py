#!/usr/bin/env python3
"""Compares log-probabilities of responses that SkillFactory sampled with those of Hugging Face's transformers for the same model folder.

usage: reference.py MODEL ROLLOUTS.parquet [--device cpu|cuda:N]

ROLLOUTS is the rollouts.parquet of a run folder. The script uses the attempts of its sampling stage, which were sampled from MODEL at
temperature 1 and include their prompt. It encodes each prompt with the folder's chat template and tokenizer, and computes the log-probability
of the response in one float32 forward pass. Prints how many prompts and responses have the same number of tokens, and the largest difference
of log-probability per token. Needs torch, transformers and pyarrow.
"""
import argparse

import pyarrow.parquet
import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

BATCH = 64


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("rollouts")
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    # Not AutoTokenizer: for models of type qwen2, transformers 5 uses the rules of Qwen2's tokenizer and ignores tokenizer.json.
    tokenizer = PreTrainedTokenizerFast.from_pretrained(arguments.model)
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32).to(arguments.device).eval()
    rows = [r for r in pyarrow.parquet.read_table(arguments.rollouts).to_pylist() if r["stage"] == "sample" and r["prompt"] is not None]
    same_prompt, same_response, differences = 0, 0, []
    for start in range(0, len(rows), BATCH):
        sequences, kept = [], []
        for row in rows[start : start + BATCH]:
            text = tokenizer.apply_chat_template([{"role": "user", "content": row["prompt"]}], tokenize=False, add_generation_prompt=True)
            prompt = tokenizer(text, add_special_tokens=False)["input_ids"]
            response = tokenizer(row["response"], add_special_tokens=False)["input_ids"]
            if row["outcome"] != "Truncated":
                response.append(tokenizer.eos_token_id)
            same_prompt += len(prompt) == row["prompt_token_count"]
            if len(prompt) == row["prompt_token_count"] and len(response) == row["token_count"]:
                # A text can be sampled as other tokens than the tokenizer's. Such responses cannot be compared.
                same_response += 1
                sequences.append((prompt, response))
                kept.append(row)
        if not sequences:
            continue
        width = max(len(p) + len(r) for p, r in sequences)
        ids = torch.zeros(len(sequences), width, dtype=torch.long)
        for i, (prompt, response) in enumerate(sequences):
            ids[i, : len(prompt) + len(response)] = torch.tensor(prompt + response)
        with torch.inference_mode():
            # A causal mask hides padding on the right from the tokens before it.
            log_probs = model(input_ids=ids.to(arguments.device)).logits.float().log_softmax(-1).cpu()
        for i, ((prompt, response), row) in enumerate(zip(sequences, kept)):
            at = torch.arange(len(prompt) - 1, len(prompt) + len(response) - 1)
            total = log_probs[i, at, torch.tensor(response)].double().sum().item()
            differences.append(abs(total - row["log_prob"]) / len(response))
    print(f"attempts {len(rows)}")
    print(f"prompts_of_the_same_length {same_prompt}")
    print(f"responses_of_the_same_length {same_response}")
    print(f"largest_difference_per_token {max(differences):.3g} nats")


if __name__ == "__main__":
    main()
