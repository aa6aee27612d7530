// `aivm-conformance [FILTER]`: the ONNX backend suite against the machine, for development.

import Conformance

let arguments = CommandLine.arguments
if SuiteFolder.require() {
    _ = ConformanceReport.run(filter: arguments.count > 1 ? arguments[1] : "")
}
