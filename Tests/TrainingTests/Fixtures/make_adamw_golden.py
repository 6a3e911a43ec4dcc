#!/usr/bin/env python3
"""adamw_golden.json: torch.optim.AdamW in two groups with clip_grad_norm_ and smoothed weights;
schedule_golden.json: timm's cosine scheduler, stepped after the optimizer as trainers do.

usage: make_adamw_golden.py      (pinned versions: golden.py two folders up)
"""
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import golden

SHAPES = {"decayed.weight": (4, 3), "decayed.scale": (2, 2, 2), "plain.bias": (5,), "plain.scale": ()}
DECAYS = {"decayed": 0.4, "plain": 0.0}
RATES = [1e-9, 1e-9, 2e-3, 1e-2, 7e-3, 1e-3]
# The gradients' size in each step: 2 and 5 stay under the clipping norm, step 4 is zero.
SIZES = [1.0, 0.01, 3.0, 0.0, 0.002, 1.0]
CLIPPING, BETAS, EPSILON, SMOOTHING = 0.07, (0.9, 0.999), 1e-8, 0.3


def gradient(t, shape, step):
    """Element e of tensor t in step n (from 1): size_n sin(0.7 e + 1.3 t + 0.9 n)."""
    size = torch.Size(shape)
    return SIZES[step - 1] * golden.sines(size.numel(), 0.7, 1.3 * t, 0.9 * step).reshape(size)


def run(dtype, fused):
    names = sorted(SHAPES)
    start = golden.closed_form(SHAPES, lambda name: False)
    parameters = {k: torch.nn.Parameter(start[k].to(dtype)) for k in names}
    groups = [{"params": [parameters[k] for k in names if k.startswith(group)], "weight_decay": decay}
              for group, decay in DECAYS.items()]
    optimizer = torch.optim.AdamW(groups, lr=1.0, betas=BETAS, eps=EPSILON, fused=fused)
    smoothed = {k: v.detach().clone() for k, v in parameters.items()}
    steps = []
    for step, rate in enumerate(RATES, start=1):
        for t, name in enumerate(names):
            parameters[name].grad = gradient(t, SHAPES[name], step).to(dtype)
        norm = torch.nn.utils.clip_grad_norm_(parameters.values(), CLIPPING)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        decay = min(SMOOTHING, (step + 1) / (step + 10))
        for name in names:
            smoothed[name] = decay * smoothed[name] + (1 - decay) * parameters[name].detach()
        steps.append({"norm": norm.item(), "parameters": listed(parameters),
                      "smoothed": listed(smoothed)})
    moments = {key: listed({k: optimizer.state[v][key] for k, v in parameters.items()})
               for key in ("exp_avg", "exp_avg_sq")}
    return {"steps": steps} | moments


def listed(tensors):
    return {k: golden.rows(v.detach().reshape(-1)) for k, v in tensors.items()}


SCHEDULES = [  # peak, warm-up rate, warm-up steps, minimum, epochs, optimizer steps an epoch
    (5e-6, 1e-9, 5, 1e-9, 15, 100), (1e-5, 1e-9, 5, 1e-9, 3, 7), (1e-3, 1e-5, 0, 0.0, 2, 10),
    (3e-4, 0.0, 12, 1e-6, 4, 3), (1.0, 0.1, 3, 0.01, 1, 2)]


def schedule(peak, warmup, warmup_steps, minimum, epochs, steps_per_epoch):
    """The rate that each optimizer step runs with; the scheduler's update 0 comes after step 1."""
    from timm.scheduler import CosineLRScheduler
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=peak)
    total = epochs * steps_per_epoch
    scheduler = CosineLRScheduler(
        optimizer, t_initial=total, lr_min=minimum, warmup_t=warmup_steps,
        warmup_lr_init=warmup, t_in_epochs=False)
    rates = {}
    for step in range(1, total + 4):
        if step <= 12 or step % 97 == 0 or step >= total - 1:
            rates[str(step)] = optimizer.param_groups[0]["lr"]
        scheduler.step_update(step - 1)
    return {"peak": peak, "warmup": warmup, "warmup_steps": warmup_steps, "minimum": minimum,
            "epochs": epochs, "steps_per_epoch": steps_per_epoch, "rates": rates}


def main():
    golden.write(__file__, "adamw_golden.json", {
        "about": "tensor t of the names in ASCII order starts at 0.1 sin(0.7 e + 1.3 t + 0.1); its "
                 "gradient in step n (from 1) is sizes[n-1] sin(0.7 e + 1.3 t + 0.9 n); clipping "
                 "by the global norm, AdamW, then s = d s + (1 - d) p with d = min(smoothing, "
                 "(n + 1) / (n + 10)); norm is the one before clipping; moments are the last ones",
        "made_with": golden.versions("torch"), "shapes": {k: list(v) for k, v in SHAPES.items()},
        "weight_decay": DECAYS, "learning_rates": RATES, "sizes": SIZES, "clipping": CLIPPING,
        "betas": list(BETAS), "epsilon": EPSILON, "smoothing": SMOOTHING,
        "float64": run(torch.float64, False), "float32": run(torch.float32, True)})
    golden.write(__file__, "schedule_golden.json", {
        "about": "learning rate of optimizer steps counted from 1, by timm's CosineLRScheduler with "
                 "t_initial = epochs * steps_per_epoch, updated with 0, 1, ... after each step",
        "made_with": golden.versions("timm"),
        "schedules": [schedule(*case) for case in SCHEDULES]})


if __name__ == "__main__":
    main()
