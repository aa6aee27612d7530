// One constant on its way from the bytes of the weights into the forms that nodes ask for.

import Base
import Models
import Tensors

/// A constant that is being read, piece by piece.
struct ConstantReading {
    /// How far the constant has been decoded.
    private enum Decoding {
        case none
        case floats(TensorPieces)
        case bytes(Bytes)
    }

    /// Its value number.
    let value: Int
    let type: TensorType
    /// Where its bytes lie in the weights.
    let range: Range<Int>
    /// The packed forms that nodes ask for.
    private(set) var forms: [MatrixForm] = []
    /// One for each of ``forms``.
    var packings: [MatrixPacking] = []
    private var decoding = Decoding.none

    init(value: Int, type: TensorType, range: Range<Int>) {
        self.value = value
        self.type = type
        self.range = range
    }

    /// Has the constant packed.
    mutating func pack(_ form: MatrixForm) {
        if !forms.contains(form) { forms.append(form) }
    }

    /// Has the constant decoded.
    mutating func decode() {
        decoding = type.element == .float32 ? .floats(TensorPieces(type)) : .bytes([])
    }

    /// Takes the next bytes. Pieces end between elements: constants and pieces start at multiples
    /// of 64 bytes.
    mutating func take(_ bytes: ArraySlice<UInt8>) {
        for index in packings.indices { packings[index].append(bytes) }
        switch decoding {
        case .none: break
        case .floats(var pieces):
            decoding = .none
            pieces.append(bytes)
            decoding = .floats(pieces)
        case .bytes(var all):
            decoding = .none
            if all.isEmpty { all.reserveCapacity(type.byteCount) }
            all += bytes
            decoding = .bytes(all)
        }
    }

    /// The constant numbered `constant`, if it was to be decoded.
    func tensor(constant: Int) throws(ModelError) -> Tensor? {
        switch decoding {
        case .none: return nil
        case .floats(let pieces): return pieces.tensor
        case .bytes(let bytes):
            do throws(OperatorError) {
                return try Tensor(type: type, littleEndianBytes: bytes[...])
            } catch {
                throw .wrongTensor(of: "constant \(constant)", error)
            }
        }
    }

    /// Lets go what has been taken over.
    mutating func release() {
        packings = []
        decoding = .none
    }
}
