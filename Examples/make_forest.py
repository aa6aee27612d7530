#!/usr/bin/env python3
"""Train and export the example forest: iris flowers by a random forest, with the exporter that
scikit-learn's users have. The labels are texts and the probabilities pass through a ZipMap, as that
exporter writes them by default.

Needs `Python/requirements-models.txt`. Data come with scikit-learn; everything is seeded. Usage:
python make_forest.py [outdir]
"""
import pathlib
import sys

import numpy as np
import onnx
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

here = pathlib.Path(__file__).parent
folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "models"
iris = load_iris()
names = iris.target_names[iris.target].astype(str)
x, x_test, y, y_test = train_test_split(
    iris.data.astype(np.float32), names, test_size=0.3, random_state=0, stratify=names)
forest = RandomForestClassifier(20, max_depth=4, random_state=0).fit(x, y)
model = to_onnx(
    forest, name="iris_forest", target_opset={"": 17, "ai.onnx.ml": 1},
    initial_types=[("measurements", FloatTensorType([None, 4]))])
imports = sorted(model.opset_import, key=lambda entry: entry.domain)  # a set in the exporter
del model.opset_import[:]
model.opset_import.extend(imports)
onnx.checker.check_model(model)
onnx.save(model, folder / "iris_forest.onnx")
classes = np.searchsorted(forest.classes_, y_test)
np.savez_compressed(folder / "iris_forest.test.npz", inputs=x_test, labels=classes)
print(f"accuracy {forest.score(x_test, y_test):.3f} on {len(x_test)} flowers")
