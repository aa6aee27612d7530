// The canonical bytes of a relation system, for its digest: every list with its length first, every
// number in eight or sixteen little-endian bytes, every name with its length: section 14 of
// Documentation/zkml.md. Only `Python/oracles/zkml_verifier.py` reads them.

import Base

extension Bytes {
    mutating func append(number: Int) { appendLittleEndian(UInt64(bitPattern: Int64(number))) }

    mutating func append(wide number: Int128) {
        appendLittleEndian(UInt64(truncatingIfNeeded: number))
        appendLittleEndian(UInt64(truncatingIfNeeded: number >> 64))
    }

    mutating func append(text: String) {
        append(number: text.utf8.count)
        append(contentsOf: text.utf8)
    }

    mutating func append<Item>(
        all elements: [Item], _ body: (inout Bytes, Item) -> Void
    ) {
        append(number: elements.count)
        for element in elements { body(&self, element) }
    }

    mutating func append(numbers: [Int]) { append(all: numbers) { $0.append(number: $1) } }

    mutating func append(_ tensor: TensorDeclaration) {
        append(text: tensor.name)
        append(numbers: tensor.extents)
        append(number: Int(tensor.tensorClass.rawValue))
        switch tensor.element {
        case .limb(let bits): append(number: bits)
        case .signedByte: append(number: -1)
        case .integer: append(number: -2)
        case .field: append(number: -3)
        }
    }

    mutating func append(_ view: View) {
        append(number: view.tensor)
        append(view.maps)
    }

    mutating func append(_ maps: [AxisMap]) {
        append(all: maps) {
            $0.append(number: $1.offset)
            $0.append(all: $1.terms) {
                $0.append(number: $1.axis)
                $0.append(number: $1.stride)
            }
        }
    }

    mutating func append(_ argument: Argument<Int128>) {
        append(wide: argument.constant)
        append(all: argument.addends) {
            $0.append(wide: $1.coefficient)
            $0.append($1.view)
        }
    }

    mutating func append(_ scales: [Scale<Int128>]) {
        append(all: scales) {
            $0.append(number: $1.axis)
            $0.append(all: $1.values) { $0.append(wide: $1) }
        }
    }

    mutating func append(_ matrix: PublicMatrix<Int128>) {
        append(number: matrix.row)
        append(number: matrix.column)
        append(all: matrix.entries) {
            $0.append(number: $1.row)
            $0.append(number: $1.column)
            $0.append(wide: $1.value)
        }
    }

    mutating func append(_ relation: IntegerRelation) {
        append(text: relation.name)
        append(numbers: relation.axes)
        append(number: relation.freeCount)
        append(all: relation.products) {
            $0.append(wide: $1.coefficient)
            $0.append($1.left)
            $0.append($1.right)
            $0.append(numbers: $1.summed)
            $0.append($1.scales)
        }
        append(all: relation.linears) {
            $0.append(wide: $1.coefficient)
            $0.append($1.view)
            $0.append(numbers: $1.summed)
            $0.append($1.scales)
            $0.append(all: $1.matrix.map { [$0] } ?? []) { $0.append($1) }
        }
        append(all: relation.constants) {
            $0.append(wide: $1.coefficient)
            $0.append($1.scales)
            $0.append(all: $1.inside.map { [$0] } ?? []) {
                $0.append(numbers: $1.extents)
                $0.append($1.maps)
            }
        }
    }

    mutating func append(_ table: LookupTable) {
        append(text: table.name)
        append(all: table.columns) {
            $0.append(all: $1) { $0.appendLittleEndian(UInt64(bitPattern: $1)) }
        }
    }

    mutating func append(_ lookup: Lookup) {
        append(text: lookup.name)
        append(number: lookup.table)
        append(numbers: lookup.axes)
        append(all: lookup.arguments) { $0.append($1) }
    }
}
