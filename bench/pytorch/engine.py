#!/usr/bin/env python3
"""The work of bench/SkillFactory.Bench in PyTorch: the same decoder, sizes and batches, written for speed as a PyTorch user would.

usage: engine.py peak|train|sample|all [3m|tiny|0.5b] [--processes N] [--threads N] [--device cpu|cuda:N]

Prints "name value unit", the best of several rounds, with the names of SkillFactory.Bench. With --processes 2 every process has half of the
batch and its own threads: sampling is two independent generations, training is data parallel with an all-reduce of one flat gradient
(gloo). Runs on PyTorch 1.13 (Debian 12's python3-torch) and newer, and uses scaled_dot_product_attention where it exists. Debian's package
uses the installed BLAS; without libopenblas0-openmp that is the reference BLAS, which is about 50 times slower.
"""
import argparse
import os
import socket
import time

import torch
import torch.distributed
import torch.multiprocessing
from torch import nn
from torch.nn import functional as F

SIZES = {
    "3m": dict(vocab=512, hidden=256, layers=4, heads=4, kv=2, hd=64, inner=704, positions=512),
    "tiny": dict(vocab=768, hidden=128, layers=4, heads=4, kv=2, hd=32, inner=320, positions=512),
    "0.5b": dict(vocab=151_936, hidden=896, layers=24, heads=14, kv=2, hd=64, inner=4864, positions=4096),  # Qwen2.5-0.5B
}
ROUNDS = 8
HAS_SDPA = hasattr(F, "scaled_dot_product_attention")


class Norm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.weight


def rotate(x, cos, sin):
    """Half-split rotary positions; the sign of rotate_half is folded into sin."""
    return x * cos + x.roll(x.shape[-1] // 2, -1) * sin


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        self.input_norm, self.post_norm = Norm(c["hidden"]), Norm(c["hidden"])
        self.qkv = nn.Linear(c["hidden"], (c["heads"] + 2 * c["kv"]) * c["hd"])
        self.output = nn.Linear(c["heads"] * c["hd"], c["hidden"], bias=False)
        self.gate_up = nn.Linear(c["hidden"], 2 * c["inner"], bias=False)
        self.down = nn.Linear(c["inner"], c["hidden"], bias=False)

    def project(self, x, cos, sin):
        """[B, T, heads, hd] each."""
        c = self.c
        qkv = self.qkv(self.input_norm(x)).view(*x.shape[:2], c["heads"] + 2 * c["kv"], c["hd"])
        qk, v = qkv.split([c["heads"] + c["kv"], c["kv"]], 2)
        q, k = rotate(qk, cos, sin).split([c["heads"], c["kv"]], 2)
        return q, k, v

    def feed_forward(self, x):
        gate, up = self.gate_up(self.post_norm(x)).chunk(2, -1)
        return self.down(F.silu(gate) * up)

    def forward(self, x, cos, sin, mask):
        """Causal attention over whole sequences. Also returns keys and values [B, KV, T, hd] for a cache."""
        c = self.c
        (b, t), group = x.shape[:2], c["heads"] // c["kv"]
        q, k, v = self.project(x, cos, sin)
        keys, values = k.transpose(1, 2), v.transpose(1, 2)
        k = k.unsqueeze(3).expand(b, t, c["kv"], group, c["hd"]).reshape(b, t, c["heads"], c["hd"]).transpose(1, 2)
        v = v.unsqueeze(3).expand(b, t, c["kv"], group, c["hd"]).reshape(b, t, c["heads"], c["hd"]).transpose(1, 2)
        q = q.transpose(1, 2)
        if HAS_SDPA:
            attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            attended = torch.softmax((q * c["hd"] ** -0.5) @ k.transpose(2, 3) + mask, -1) @ v
        x = x + self.output(attended.transpose(1, 2).reshape(b, t, -1))
        return x + self.feed_forward(x), keys, values

    def step(self, x, cos, sin, keys, values, position):
        """Attention of one position per row over preallocated keys and values [B, KV, capacity, hd]."""
        c = self.c
        b = x.shape[0]
        q, k, v = self.project(x, cos, sin)
        keys[:, :, position] = k[:, 0]
        values[:, :, position] = v[:, 0]
        k, v = keys[:, :, : position + 1], values[:, :, : position + 1]
        q = q.view(b, c["kv"], c["heads"] // c["kv"], c["hd"])
        if HAS_SDPA:
            attended = F.scaled_dot_product_attention(q, k, v)
        else:
            attended = torch.softmax((q * c["hd"] ** -0.5) @ k.transpose(2, 3), -1) @ v
        x = x + self.output(attended.reshape(b, 1, -1))
        return x + self.feed_forward(x)


class Decoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        self.embedding = nn.Embedding(c["vocab"], c["hidden"])
        self.layers = nn.ModuleList(Layer(c) for _ in range(c["layers"]))
        self.norm = Norm(c["hidden"])
        for p in self.parameters():
            if p.dim() == 2:
                nn.init.normal_(p, std=0.02)
        angle = torch.arange(c["positions"])[:, None] * 10_000.0 ** (-2 * torch.arange(c["hd"] // 2) / c["hd"])
        self.register_buffer("cos", torch.cat([angle.cos(), angle.cos()], -1))
        self.register_buffer("sin", torch.cat([-angle.sin(), angle.sin()], -1))

    def forward(self, ids, caches=None):
        t = ids.shape[1]
        cos, sin = self.cos[:t, None], self.sin[:t, None]
        mask = None if HAS_SDPA else torch.full((t, t), float("-inf")).triu(1)
        x = self.embedding(ids)
        for i, layer in enumerate(self.layers):
            x, keys, values = layer(x, cos, sin, mask)
            if caches is not None:
                caches.append((keys, values))
        return self.norm(x)

    def multiply_adds(self, length):
        """Per token: matmuls with weights, and two attention matmuls over `length` positions."""
        c = self.c
        weights = sum(p.numel() for p in self.parameters() if p.dim() == 2)  # counts the tied embedding once, as the output head
        return weights + 2 * c["layers"] * c["heads"] * c["hd"] * length


def generate(model, prompts, samples, tokens):
    """`samples` responses of `tokens` tokens for each prompt at temperature 1: ids, log-probabilities, entropies."""
    c = model.c
    caches = []
    last = F.linear(model(prompts, caches)[:, -1], model.embedding.weight)
    t = prompts.shape[1]
    rows = len(prompts) * samples
    keys, values = [], []
    for k, v in caches:
        for cache, filled in ((keys, k), (values, v)):
            cache.append(torch.empty(rows, c["kv"], t + tokens, c["hd"]))
            cache[-1][:, :, :t] = filled.repeat_interleave(samples, 0)
    logits = last.repeat_interleave(samples, 0)
    drawn, log_probs, entropies = [], [], []
    for position in range(t, t + tokens):
        log_p = logits.log_softmax(-1)
        p = log_p.exp()
        # Inverting the cumulative distribution is several times faster on a CPU than torch.multinomial.
        cumulative = p.cumsum(-1)
        token = torch.searchsorted(cumulative, torch.rand(rows, 1) * cumulative[:, -1:]).clamp_(max=c["vocab"] - 1)
        drawn.append(token)
        log_probs.append(log_p.gather(1, token))
        entropies.append(-(p * log_p).sum(-1))
        if position == t + tokens - 1:
            break
        cos, sin = model.cos[position], model.sin[position]
        x = model.embedding(token)
        for i, layer in enumerate(model.layers):
            x = layer.step(x, cos, sin, keys[i], values[i], position)
        logits = F.linear(model.norm(x[:, 0]), model.embedding.weight)
    return torch.cat(drawn, 1), torch.cat(log_probs, 1), torch.stack(entropies, 1)


class Group:
    """This process among its peers. Barriers make all processes start and end a round together."""

    def __init__(self, rank, size, device="cpu"):
        self.rank, self.size, self.device = rank, size, device

    def barrier(self):
        if self.device != "cpu":
            torch.cuda.synchronize()
        if self.size > 1:
            torch.distributed.barrier()

    def sum(self, flat):
        if self.size > 1:
            torch.distributed.all_reduce(flat)

    def best(self, work, rounds=ROUNDS):
        """Shortest time in seconds until all processes are done, after one warm-up round."""
        best = float("inf")
        for i in range(rounds + 1):
            self.barrier()
            started = time.perf_counter()
            work()
            self.barrier()
            if i > 0:
                best = min(best, time.perf_counter() - started)
        return best

    def report(self, name, value, unit):
        if self.rank == 0:
            print(f"{name} {value:.5g} {unit}", flush=True)


def peak(group, threads):
    size = 1024 if group.device == "cpu" else 8192
    a, b = torch.randn(size, size), torch.randn(size, size)
    best = group.best(lambda: torch.mm(a, b), rounds=40)
    group.report("matmul_peak_1_thread" if threads * group.size == 1 else "matmul_peak_all_threads", group.size * 2 * size**3 / best / 1e9, "GF/s")


def train(group, c, rows, length, area):
    torch.manual_seed(1)
    model = Decoder(c)
    decayed = [p for p in model.parameters() if p.dim() == 2]
    others = [p for p in model.parameters() if p.dim() != 2]

    # Gradients are views of one flat buffer: one all-reduce, one norm, one clip.
    flat = torch.zeros(sum(p.numel() for p in model.parameters()))
    at = 0
    for p in model.parameters():
        p.grad = flat[at : at + p.numel()].view_as(p)
        at += p.numel()
    optimizer = torch.optim.AdamW(
        [dict(params=decayed, weight_decay=0.05), dict(params=others, weight_decay=0.0)], lr=1e-3, betas=(0.9, 0.95), foreach=True)
    ids = torch.randint(c["vocab"], (rows // group.size, length))
    loss_tokens = rows * (length - 1)

    def step():
        flat.zero_()
        for part in ids.split(max(1, area // length)):
            hidden = model(part)[:, :-1].reshape(-1, c["hidden"])
            loss = F.cross_entropy(F.linear(hidden, model.embedding.weight), part[:, 1:].reshape(-1), reduction="sum") / loss_tokens
            loss.backward()
        group.sum(flat)
        norm = flat.norm().item()
        if norm > 1:
            flat.mul_(1 / (norm + 1e-6))
        optimizer.step()

    rate = rows * length / group.best(step)
    group.report(f"train_{rows}x{length}_area{area}", rate, "tokens/s")
    return rate, 6 * model.multiply_adds(length)


def sample(group, c, batch, prompt, tokens):
    torch.manual_seed(1)
    model = Decoder(c).eval()
    prompts = torch.randint(c["vocab"], (batch // 16 // group.size, prompt))
    with torch.inference_mode():
        rate = batch * tokens / group.best(lambda: generate(model, prompts, 16, tokens), rounds=4)
    group.report(f"sample_b{batch}", rate, "tokens/s")
    group.report(f"sample_b{batch}_rate", rate * 2 * model.multiply_adds(prompt + tokens // 2) / 1e9, "GF/s")


def run(rank, arguments, port):
    group = Group(rank, arguments.processes, arguments.device)
    torch.set_num_threads(arguments.threads)
    if arguments.device != "cpu":
        torch.set_default_device(arguments.device)
    if group.size > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
        torch.distributed.init_process_group("gloo", rank=rank, world_size=group.size)
    c = SIZES[arguments.size]
    if arguments.what in ("peak", "all"):
        peak(group, arguments.threads)
    if arguments.what in ("train", "all"):
        on_cpu = arguments.device == "cpu"
        for rows, length in ((16, 256), (64, 64)) if on_cpu else ((16, 256), (64, 64), (256, 256)):
            # CPU: the faster of micro-batches that fit the cache and the whole batch. GPU: as large as 2^30 logits allow.
            areas = (1024, rows * length) if on_cpu else (min(65_536, 2**30 // c["vocab"]),)
            rate, flops = max(train(group, c, rows, length, area) for area in areas)
            group.report(f"train_{rows}x{length}", rate, "tokens/s")
            group.report(f"train_{rows}x{length}_rate", rate * flops / 1e9, "GF/s")
    if arguments.what in ("sample", "all"):
        sample(group, c, 256, 32, 96)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["peak", "train", "sample", "all"], nargs="?", default="all")
    parser.add_argument("size", choices=list(SIZES), nargs="?", default="3m")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--threads", type=int, default=None, help="per process; default: all cores shared out")
    parser.add_argument("--device", default="cpu", help="cpu or cuda:N (one process; PyTorch 2 or newer)")
    arguments = parser.parse_args()
    arguments.threads = arguments.threads or max(1, os.cpu_count() // arguments.processes)
    if arguments.processes == 1:
        run(0, arguments, 0)
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    torch.multiprocessing.spawn(run, (arguments, port), nprocs=arguments.processes)


if __name__ == "__main__":
    main()
