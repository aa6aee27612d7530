"""The cases of `tabular_models.py`: what is trained, on what, and how it is exported."""

import typing

import lightgbm
import numpy as np
import onnxmltools
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as ToolsFloats
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn import (
    cluster, compose, datasets, decomposition, ensemble, impute, linear_model, multiclass,
    naive_bayes, neighbors, neural_network, pipeline, preprocessing, svm, tree)

OPSETS = {"": 17, "ai.onnx.ml": 3}
SEED = 7


class Case(typing.NamedTuple):
    """`matrix` holds the rows to run, `columns` how they are split over the graph's inputs."""

    name: str
    model: typing.Any
    matrix: np.ndarray
    export: typing.Callable
    columns: tuple = (("X", slice(None), np.float32),)
    expect: typing.Callable | None = None

    def select(self, rows):
        return self.matrix[rows]

    def feeds(self, rows):
        chosen = self.matrix[rows]
        return {name: chosen[:, place].astype(type) for name, place, type in self.columns}


def case(name, model, x, y=None, *, rows=None, type=FloatTensorType, options=None, opsets=None,
         expect=None):
    """Trains `model` on x and y and exports it with skl2onnx; probabilities come as a tensor
    unless `options` say otherwise."""
    model.fit(x) if y is None else model.fit(x, y)
    if options is None:
        options = {"zipmap": False} if hasattr(model, "predict_proba") else {}
    element = {FloatTensorType: np.float32, Int64TensorType: np.int64,
               StringTensorType: object}[type]

    def export():
        return to_onnx(model, initial_types=[("X", type([None, x.shape[1]]))],
                       options={id(model): options} if options else None,
                       target_opset=opsets or OPSETS, naming=name)

    return Case(name, model, sample(x) if rows is None else rows, export,
                (("X", slice(None), element),), expect)


def sample(x):
    """Sixty rows from all of x, in a seeded order."""
    return x[np.random.default_rng(SEED).permutation(len(x))[:60]]


def data(load, columns=None, scaled=False):
    """Features rounded to binary32, as the model will see them, and targets."""
    x, y = load(return_X_y=True)
    x = x[:, :columns]
    if scaled:
        x = preprocessing.scale(x)
    return x.astype(np.float32).astype(np.float64), y


def with_gaps(x):
    """x with one value in ten missing."""
    x = x.copy()
    x[np.random.default_rng(SEED).random(x.shape) < 0.1] = np.nan
    return x


IRIS, IRIS_CLASS = data(datasets.load_iris)
IRIS_NAME = np.array(["setosa", "versicolor", "virginica"])[IRIS_CLASS]
CANCER, CANCER_CLASS = data(datasets.load_breast_cancer, 8, scaled=True)
WINE, WINE_CLASS = data(datasets.load_wine, 8, scaled=True)
DIABETES, DIABETES_VALUE = data(datasets.load_diabetes, 8, scaled=True)
PROGRESS = DIABETES_VALUE / 100.0
DIGITS, DIGITS_CLASS = data(datasets.load_digits)
DIGITS, DIGITS_CLASS = DIGITS[:500, 16:48], DIGITS_CLASS[:500]
COUNTS = np.random.default_rng(SEED).integers(0, 5, (80, 3))
COLOURS = np.array(["red", "green", "blue", "grey"], object)[COUNTS % 4]


def linear_cases():
    make = linear_model.LogisticRegression
    yield case("logistic_binary", make(), CANCER, CANCER_CLASS)
    yield case("logistic_multiclass", make(max_iter=500), IRIS, IRIS_CLASS)
    yield case("logistic_zipmap", make(max_iter=500), IRIS, IRIS_CLASS, options={})
    yield case("logistic_strings_zipmap", make(max_iter=500), IRIS, IRIS_NAME, options={})
    yield case("logistic_strings_binary", make(), CANCER, np.array(["bad", "good"])[CANCER_CLASS])
    raw = make(max_iter=500)
    yield case("logistic_raw_scores", raw, IRIS, IRIS_CLASS,
               options={"zipmap": False, "raw_scores": True},
               expect=lambda x: (raw.predict(x), raw.decision_function(x)))
    yield case("logistic_one_vs_rest", multiclass.OneVsRestClassifier(make()), WINE, WINE_CLASS)
    yield case("linear_regression", linear_model.LinearRegression(), DIABETES, PROGRESS)
    yield case("ridge_two_targets", linear_model.Ridge(), DIABETES,
               np.stack([PROGRESS, -PROGRESS[::-1]], 1))
    yield case("poisson_regression", linear_model.PoissonRegressor(), DIABETES, PROGRESS)
    yield case("linear_svc_binary", svm.LinearSVC(random_state=SEED), CANCER, CANCER_CLASS)
    yield case("linear_svc_multiclass", svm.LinearSVC(random_state=SEED), IRIS, IRIS_CLASS)


def support_vector_cases():
    tensor = {"zipmap": False}
    with_probability = {"probability": True, "random_state": SEED, "C": 0.5}
    yield case("svc_rbf_binary_probability", svm.SVC(**with_probability), CANCER[:200],
               CANCER_CLASS[:200])
    yield case("svc_rbf_multiclass_probability", svm.SVC(**with_probability), IRIS, IRIS_CLASS)
    yield case("svc_poly_strings", svm.SVC(kernel="poly", coef0=1.0, **with_probability), IRIS,
               IRIS_NAME, options={})
    for kernel in ("linear", "poly", "sigmoid", "rbf"):
        few = WINE[::2]
        yield case(f"svc_{kernel}_scores", svm.SVC(kernel=kernel, gamma=0.1), few, WINE_CLASS[::2],
                   options=tensor)
        yield case(f"svr_{kernel}", svm.SVR(kernel=kernel, gamma=0.05, C=0.3), DIABETES[:80],
                   PROGRESS[:80])
    yield case("nu_svc", svm.NuSVC(nu=0.2), IRIS, IRIS_CLASS, options=tensor)
    yield case("one_class_svm", svm.OneClassSVM(nu=0.2), IRIS)


def tree_cases():
    seeded = {"random_state": SEED}
    forest = {"n_estimators": 5, "max_depth": 4, **seeded}
    yield case("decision_tree_binary", tree.DecisionTreeClassifier(max_depth=4, **seeded), CANCER,
               CANCER_CLASS)
    yield case("decision_tree_multiclass", tree.DecisionTreeClassifier(max_depth=5, **seeded),
               DIGITS, DIGITS_CLASS)
    yield case("decision_tree_strings", tree.DecisionTreeClassifier(max_depth=4, **seeded), IRIS,
               IRIS_NAME, options={})
    yield case("decision_tree_regressor", tree.DecisionTreeRegressor(max_depth=5, **seeded),
               DIABETES, PROGRESS)
    yield case("random_forest_binary", ensemble.RandomForestClassifier(**forest), CANCER,
               CANCER_CLASS)
    yield case("random_forest_multiclass", ensemble.RandomForestClassifier(**forest), DIGITS,
               DIGITS_CLASS)
    yield case("random_forest_zipmap", ensemble.RandomForestClassifier(**forest), WINE, WINE_CLASS,
               options={})
    yield case("random_forest_regressor", ensemble.RandomForestRegressor(**forest), DIABETES,
               PROGRESS)
    yield case("random_forest_ml5", ensemble.RandomForestRegressor(**forest), DIABETES,
               PROGRESS, opsets={"": 20, "ai.onnx.ml": 5})
    yield case("extra_trees_classifier", ensemble.ExtraTreesClassifier(**forest), WINE, WINE_CLASS)
    yield case("extra_trees_two_targets", ensemble.ExtraTreesRegressor(**forest), DIABETES,
               np.stack([PROGRESS, -PROGRESS[::-1]], 1))
    boosted = {"n_estimators": 8, "max_depth": 3, **seeded}
    yield case("gradient_boosting_binary", ensemble.GradientBoostingClassifier(**boosted), CANCER,
               CANCER_CLASS)
    yield case("gradient_boosting_multiclass", ensemble.GradientBoostingClassifier(**boosted),
               IRIS, IRIS_CLASS)
    yield case("gradient_boosting_regressor", ensemble.GradientBoostingRegressor(**boosted),
               DIABETES, PROGRESS)
    history = {"max_iter": 8, "max_leaf_nodes": 8, **seeded}
    yield case("hist_boosting_binary_missing", ensemble.HistGradientBoostingClassifier(**history),
               with_gaps(CANCER), CANCER_CLASS)
    yield case("hist_boosting_multiclass", ensemble.HistGradientBoostingClassifier(**history),
               WINE, WINE_CLASS)
    yield case("hist_boosting_regressor_missing",
               ensemble.HistGradientBoostingRegressor(**history), with_gaps(DIABETES), PROGRESS)
    yield case("ada_boost", ensemble.AdaBoostClassifier(n_estimators=4, **seeded), WINE, WINE_CLASS)
    yield case("isolation_forest",
               ensemble.IsolationForest(n_estimators=5, max_samples=32, **seeded), IRIS)


def tools_case(name, model, x, y, convert, **options):
    """A model of another library, exported with onnxmltools."""
    model.fit(x, y)

    def export():
        return convert(model, name=name, target_opset=15,
                       initial_types=[("X", ToolsFloats([None, x.shape[1]]))], **options)

    return Case(name, model, sample(x), export)


def boosting_library_cases():
    leaf = {"n_estimators": 6, "num_leaves": 7, "random_state": SEED, "verbose": -1, "n_jobs": 1,
            "deterministic": True}
    light = onnxmltools.convert_lightgbm
    yield tools_case("lightgbm_binary", lightgbm.LGBMClassifier(**leaf), with_gaps(CANCER),
                     CANCER_CLASS, light, zipmap=False)
    yield tools_case("lightgbm_multiclass_zipmap", lightgbm.LGBMClassifier(**leaf), WINE,
                     WINE_CLASS, light)
    yield tools_case("lightgbm_regressor", lightgbm.LGBMRegressor(**leaf), DIABETES, PROGRESS,
                     light)
    counts = COUNTS.astype(np.float64)
    kinds = lightgbm.LGBMRegressor(
        min_child_samples=5, min_data_per_group=1, cat_smooth=0.0, categorical_feature=[0, 1],
        **leaf)
    yield tools_case("lightgbm_categories", kinds, counts,
                     np.sin(counts[:, 0] * 2) + counts[:, 1] % 2, light)
    deep = {"n_estimators": 6, "max_depth": 3, "random_state": SEED, "n_jobs": 1}
    other = onnxmltools.convert_xgboost
    yield tools_case("xgboost_binary", xgboost.XGBClassifier(**deep), with_gaps(CANCER),
                     CANCER_CLASS, other)
    yield tools_case("xgboost_multiclass", xgboost.XGBClassifier(**deep), WINE, WINE_CLASS, other)
    yield tools_case("xgboost_regressor", xgboost.XGBRegressor(**deep), with_gaps(DIABETES),
                     PROGRESS, other)


def preprocessing_cases():
    yield case("standard_scaler", preprocessing.StandardScaler(), IRIS)
    yield case("min_max_scaler", preprocessing.MinMaxScaler(clip=True), IRIS)
    yield case("robust_scaler", preprocessing.RobustScaler(), IRIS)
    # By the largest magnitude in scikit-learn, by the largest value in ONNX: only without signs
    # are they the same.
    for norm, x in (("l1", CANCER), ("l2", CANCER), ("max", IRIS)):
        yield case(f"normalizer_{norm}", preprocessing.Normalizer(norm=norm), x)
    yield case("imputer_mean", impute.SimpleImputer(), with_gaps(IRIS))
    yield case("imputer_constant", impute.SimpleImputer(strategy="constant", fill_value=-1.5),
               with_gaps(IRIS))
    yield case("one_hot_integers", preprocessing.OneHotEncoder(sparse_output=False), COUNTS,
               type=Int64TensorType)
    yield case("one_hot_strings",
               preprocessing.OneHotEncoder(sparse_output=False, handle_unknown="ignore"), COLOURS,
               rows=np.where(COUNTS[:30] == 3, "pink", COLOURS[:30]).astype(object),
               type=StringTensorType)
    yield case("ordinal_strings", preprocessing.OrdinalEncoder(), COLOURS, type=StringTensorType)
    yield case("binarizer", preprocessing.Binarizer(threshold=2.5), IRIS)
    yield case("k_bins", preprocessing.KBinsDiscretizer(4, encode="ordinal", strategy="uniform"),
               WINE)
    yield case("polynomial_features", preprocessing.PolynomialFeatures(2), IRIS)
    yield case("principal_components", decomposition.PCA(3), WINE)


def mixed_columns():
    """A pipeline over numbers with gaps and text, the shape of most tabular services."""
    numbers = with_gaps(IRIS[:80, :3])
    table = np.concatenate([numbers.astype(object), COLOURS[:, :2]], 1)
    target = (np.nansum(numbers, 1) + COUNTS[:, 0] > 11.0).astype(int)
    parts = compose.ColumnTransformer([
        ("numbers", pipeline.Pipeline([
            ("fill", impute.SimpleImputer(strategy="median")),
            ("scale", preprocessing.StandardScaler())]), [0, 1, 2]),
        ("text", preprocessing.OneHotEncoder(handle_unknown="ignore"), [3, 4])])
    for name, last in (
        ("columns_logistic", linear_model.LogisticRegression()),
        ("columns_forest", ensemble.RandomForestClassifier(5, max_depth=3, random_state=SEED)),
    ):
        model = pipeline.Pipeline([("columns", parts), ("model", last)]).fit(table, target)

        def export(model=model, last=last, name=name):
            types = [("numbers", FloatTensorType([None, 3])), ("text", StringTensorType([None, 2]))]
            return to_onnx(model, initial_types=types, options={id(last): {"zipmap": False}},
                           target_opset=OPSETS, naming=name)

        split = (("numbers", slice(0, 3), np.float32), ("text", slice(3, 5), object))
        yield Case(name, model, table, export, split)


def other_cases():
    yield case("nearest_neighbours_classifier", neighbors.KNeighborsClassifier(3), IRIS[::2],
               IRIS_CLASS[::2])
    yield case("nearest_neighbours_regressor",
               neighbors.KNeighborsRegressor(4), DIABETES[:60], PROGRESS[:60],
               rows=DIABETES[100:160])
    yield case("gaussian_naive_bayes", naive_bayes.GaussianNB(), WINE, WINE_CLASS)
    yield case("mlp_classifier",
               neural_network.MLPClassifier((12,), max_iter=300, random_state=SEED), WINE,
               WINE_CLASS)
    yield case("mlp_regressor",
               neural_network.MLPRegressor(hidden_layer_sizes=(12,), activation="tanh",
                                            max_iter=300, random_state=SEED),
               DIABETES, PROGRESS)
    means = cluster.KMeans(3, random_state=SEED, n_init=3)
    yield case("k_means", means, IRIS, expect=lambda x: (means.predict(x), means.transform(x)))
    yield from mixed_columns()


# Cases that repeat the operators of others: written on request only.
WIDER = set("""
ada_boost columns_forest gradient_boosting_regressor imputer_constant k_means
logistic_strings_binary logistic_zipmap mlp_regressor nearest_neighbours_regressor nu_svc
poisson_regression random_forest_binary random_forest_zipmap svc_poly_scores svc_rbf_scores
svr_linear svr_sigmoid
""".split())


def all_cases(wider):
    for group in (linear_cases, support_vector_cases, tree_cases, boosting_library_cases,
                  preprocessing_cases, other_cases):
        for each in group():
            if wider or each.name not in WIDER:
                yield each
