"""Times ezkl on the example models: python ezkl_time.py FOLDER MODEL...

The fair, fast setting: scales of 7 fraction bits, private input, private weights, public output.
Prints one line a model: the logarithm of the rows, seconds of set-up, of proving and of verifying,
and the bytes of the proof. Every model takes minutes and gigabytes.
"""

import asyncio
import inspect
import json
import os
import sys
import tempfile
import time

import ezkl
import numpy


async def call(function, *arguments, **named):
    """Calls a function that is asynchronous in some versions."""
    result = function(*arguments, **named)
    return await result if inspect.isawaitable(result) else result


async def time_model(folder, name):
    sample = numpy.load(os.path.join(folder, name + ".npz"))
    model = os.path.join(folder, name + ".onnx")
    first = sample[sample.files[0]][0]
    with tempfile.TemporaryDirectory() as place:
        paths = {
            key: os.path.join(place, key)
            for key in ["settings", "compiled", "srs", "vk", "pk", "witness", "proof", "data"]
        }
        with open(paths["data"], "w") as file:
            json.dump({"input_data": [first.reshape(-1).astype(float).tolist()]}, file)
        arguments = ezkl.PyRunArgs()
        arguments.input_visibility = "private"
        arguments.param_visibility = "private"
        arguments.output_visibility = "public"
        ezkl.gen_settings(model, paths["settings"], py_run_args=arguments)
        await call(
            ezkl.calibrate_settings, paths["data"], model, paths["settings"], "resources",
            scales=[7])
        ezkl.compile_circuit(model, paths["compiled"], paths["settings"])
        with open(paths["settings"]) as file:
            rows = json.load(file)["run_args"]["logrows"]
        ezkl.gen_srs(paths["srs"], rows)
        start = time.monotonic()
        ezkl.setup(paths["compiled"], paths["vk"], paths["pk"], paths["srs"])
        setup = time.monotonic() - start
        await call(ezkl.gen_witness, paths["data"], paths["compiled"], paths["witness"])
        start = time.monotonic()
        ezkl.prove(
            paths["witness"], paths["compiled"], paths["pk"], paths["proof"], paths["srs"])
        prove = time.monotonic() - start
        start = time.monotonic()
        accepted = ezkl.verify(paths["proof"], paths["settings"], paths["vk"], paths["srs"])
        verify = time.monotonic() - start
        if not accepted:
            raise SystemExit(f"{name}: ezkl refuses its own proof")
        with open(paths["proof"]) as file:
            size = len(json.load(file)["proof"])
        print(
            f"{name}: 2^{rows} rows, set-up {setup:.1f} s, prove {prove:.2f} s, "
            f"verify {verify * 1000:.0f} ms, proof {size} bytes",
            flush=True)


async def main():
    for name in sys.argv[2:]:
        await time_model(sys.argv[1], name)


asyncio.run(main())
