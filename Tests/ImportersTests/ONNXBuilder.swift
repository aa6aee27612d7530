// ONNX files written by hand, field by field, for cases that no exporter would write.

import Base

/// Writes the messages of onnx.proto.
enum ONNXBuilder {
    /// A varint field.
    static func integer(_ number: UInt64, _ value: Int64) -> Bytes {
        var bytes = Bytes()
        bytes.appendVarint(number << 3)
        bytes.appendVarint(UInt64(bitPattern: value))
        return bytes
    }

    /// A length-delimited field.
    static func bytes(_ number: UInt64, _ value: Bytes) -> Bytes {
        var bytes = Bytes()
        bytes.appendVarint(number << 3 | 2)
        bytes.appendLengthPrefixed(value)
        return bytes
    }

    /// A string field.
    static func text(_ number: UInt64, _ value: String) -> Bytes {
        bytes(number, Bytes(value.utf8))
    }

    /// `ModelProto` of format version 8.
    static func model(opset: Int64? = 17, domain: String = "", graph: Bytes) -> Bytes {
        var model = integer(1, 8) + text(2, "test") + bytes(7, graph)
        if let opset { model += bytes(8, text(1, domain) + integer(2, opset)) }
        return model
    }

    /// `GraphProto`.
    static func graph(
        nodes: [Bytes], initializers: [Bytes] = [], inputs: [Bytes], outputs: [Bytes]
    ) -> Bytes {
        var graph = Bytes()
        for node in nodes { graph += bytes(1, node) }
        graph += text(2, "graph")
        for initializer in initializers { graph += bytes(5, initializer) }
        for input in inputs { graph += bytes(11, input) }
        for output in outputs { graph += bytes(12, output) }
        return graph
    }

    /// `NodeProto`.
    static func node(
        _ operatorName: String, _ inputs: [String], _ outputs: [String], name: String = "",
        domain: String = "", attributes: [Bytes] = []
    ) -> Bytes {
        var node = Bytes()
        for input in inputs { node += text(1, input) }
        for output in outputs { node += text(2, output) }
        node += text(3, name) + text(4, operatorName)
        for attribute in attributes { node += bytes(5, attribute) }
        return node + text(7, domain)
    }

    /// `ValueInfoProto` of a float32 tensor unless `type` says otherwise.
    static func value(_ name: String, _ dimensions: [Int64], type: Int64 = 1) -> Bytes {
        var shape = Bytes()
        for dimension in dimensions { shape += bytes(1, integer(1, dimension)) }
        return text(1, name) + bytes(2, bytes(1, integer(1, type) + bytes(2, shape)))
    }

    /// `TensorProto` with raw data.
    static func tensor(
        _ name: String, _ dimensions: [Int64], type: Int64 = 1, raw: Bytes
    ) -> Bytes {
        header(name, dimensions, type) + bytes(9, raw)
    }

    /// `TensorProto` whose data is in a file.
    static func external(
        _ name: String, _ dimensions: [Int64], location: String, offset: String? = nil,
        length: String? = nil
    ) -> Bytes {
        var tensor = header(name, dimensions, 1) + integer(14, 1)
        tensor += bytes(13, text(1, "location") + text(2, location))
        if let offset { tensor += bytes(13, text(1, "offset") + text(2, offset)) }
        if let length { tensor += bytes(13, text(1, "length") + text(2, length)) }
        return tensor
    }

    private static func header(_ name: String, _ dimensions: [Int64], _ type: Int64) -> Bytes {
        var tensor = Bytes()
        for dimension in dimensions { tensor += integer(1, dimension) }
        return tensor + integer(2, type) + text(8, name)
    }

    /// `y = x + w`, where `w` is the given initializer and x and y are float32 [2].
    static func addition(_ initializer: Bytes) -> Bytes {
        chain([node("Add", ["x", "w"], ["y"], name: "sum")], initializers: [initializer])
    }

    /// A graph of `nodes` from x to y, both float32 [2].
    static func chain(_ nodes: [Bytes], initializers: [Bytes] = []) -> Bytes {
        model(
            graph: graph(
                nodes: nodes, initializers: initializers, inputs: [value("x", [2])],
                outputs: [value("y", [2])]))
    }
}
