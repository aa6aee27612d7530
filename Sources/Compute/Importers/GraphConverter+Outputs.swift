// What a file declares of its outputs, held against what the program computes.

import Models
import Tensors

extension GraphConverter {
    /// Compares what the file declares of an output with what the model computes. Symbolic and
    /// unknown dimensions are whatever the model computes. Of an output that comes from an operator
    /// for tables (as it is, or through nodes that keep its shape) the element type alone is
    /// compared: exporters of forests declare one row or one target where there are more. The
    /// outputs of ZipMap are declared as maps and are tensors here.
    func check(
        _ declared: ONNXValue, _ computed: Model.Port
    ) throws(ImportError) {
        let owner = "output \"\(declared.name)\""
        guard declared.unsupported == nil, let type = computed.type
        else { return }
        guard let number = declared.elementType, number != 0 else { return }
        let element = try elementType(numbered: number, of: owner)
        var isEqual = element == type.element
        var text = element.name
        if let dimensions = declared.dimensions, !tabular.names.contains(declared.name) {
            let actual = type.shape.dimensions
            isEqual = isEqual && dimensions.count == actual.count
            for (dimension, size) in zip(dimensions, actual) {
                if case .fixed(let fixed) = dimension, fixed != Int64(size) { isEqual = false }
            }
            let sizes = dimensions.map { dimension in
                switch dimension {
                case .fixed(let size): "\(size)"
                case .symbolic(let name): name
                case .unknown: "?"
                }
            }
            text += "[" + sizes.joined(separator: ", ") + "]"
        }
        guard isEqual else {
            throw .wrongOutputType(
                name: declared.name, declared: text, computed: type)
        }
    }
}
