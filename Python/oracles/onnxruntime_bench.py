"""Times onnxruntime on the CPU: alone over a folder, or in turns with a benchmark that asks it.

`python onnxruntime_bench.py DIR [SECONDS]` prints the fastest run of every `DIR/*.onnx` that has
inputs beside it (`NAME.npz`), in milliseconds, with one and two threads.

Without arguments it reads commands, one a line, and answers each with one line:

    load MODEL INPUTS.npz THREADS   ok
    time SECONDS                    the fastest run of the model so far, in seconds
    outputs PATH.npz                ok; writes the outputs, by name
    quit                            ends

An answer that starts with `error` says what failed; a path with spaces is quoted as in a shell.
Inputs and outputs are bound once, outside the time. Options are onnxruntime's defaults: all
optimisations, one node after the other.
"""

import gc
import pathlib
import shlex
import sys
import time

import numpy as np
import onnxruntime


class Subject:
    """One loaded model with its inputs and outputs in place."""

    def __init__(self, model, inputs, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"])
        self.binding = self.session.io_binding()
        with np.load(inputs) as values:
            self.inputs = {
                each.name: onnxruntime.OrtValue.ortvalue_from_numpy(values[each.name])
                for each in self.session.get_inputs()
            }
        for name, value in self.inputs.items():
            self.binding.bind_ortvalue_input(name, value)
        for each in self.session.get_outputs():
            self.binding.bind_output(each.name, "cpu")
        self.session.run_with_iobinding(self.binding)
        # From here on the outputs of that first run are overwritten, not allocated again.
        names = [each.name for each in self.session.get_outputs()]
        self.outputs = dict(zip(names, self.binding.get_outputs()))
        for name, value in self.outputs.items():
            self.binding.bind_ortvalue_output(name, value)
        self.fastest = float("inf")

    def run_for(self, seconds):
        """Runs for about `seconds`, at least once; returns the fastest run of all slices."""
        run, binding, clock = self.session.run_with_iobinding, self.binding, time.perf_counter
        gc.disable()
        end = clock() + seconds
        while True:
            start = clock()
            run(binding)
            stop = clock()
            self.fastest = min(self.fastest, stop - start)
            if stop >= end:
                break
        gc.enable()
        return self.fastest

    def save(self, path):
        self.session.run_with_iobinding(self.binding)
        np.savez(path, **{name: value.numpy() for name, value in self.outputs.items()})


def answer(words, subject):
    """Returns the answer to a command and the model that is loaded after it."""
    match words:
        case ["load", model, inputs, threads]:
            return "ok", Subject(model, inputs, int(threads))
        case ["time", seconds] if subject:
            return repr(subject.run_for(float(seconds))), subject
        case ["outputs", path] if subject:
            subject.save(path)
            return "ok", subject
        case _:
            return "error: no such command, or no model is loaded", subject


def serve():
    subject = None
    for line in sys.stdin:
        try:
            words = shlex.split(line)
            if words == ["quit"]:
                return
            text, subject = answer(words, subject)
        except Exception as error:
            text = "error: " + " ".join(str(error).split())
        print(text, flush=True)


def table(folder, seconds):
    print(f"onnxruntime {onnxruntime.__version__}; fastest of {seconds} s each, ms")
    print(f"{'model':<22}{'1 thread':>10}{'2 threads':>11}")
    for model in sorted(folder.glob("*.onnx")):
        inputs = model.with_suffix(".npz")
        if not inputs.exists():
            continue
        times = [Subject(model, inputs, threads).run_for(seconds) * 1e3 for threads in (1, 2)]
        print(f"{model.stem:<22}{times[0]:>10.3f}{times[1]:>11.3f}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        table(pathlib.Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 3.0)
    else:
        serve()
