// The model file, `.aivm`: a program and its weights on disk. Integers are little-endian.
//
//     offset  size  meaning
//          0     8  magic: 89 41 49 56 4D 0D 0A 1A (text-mode transfers break it, as in PNG)
//          8     4  version of this format: 1
//         12     4  reserved: 0
//         16     8  P: number of bytes of the program
//         24     8  W: number of bytes of the weights
//         32    32  ModelID
//         64     P  the program's canonical bytes
//       64+P     Z  zeros up to the next multiple of 64
//     64+P+Z     W  the weights; the file ends with them
//
// One model has one file: every byte is given by the model.

public import Base

extension Model {
    private static let magic: Bytes = [0x89, 0x41, 0x49, 0x56, 0x4D, 0x0D, 0x0A, 0x1A]
    static let headerByteCount = 64

    /// Where the parts of a file lie.
    struct Layout {
        var program: Range<Int>
        var weights: Range<Int>
        var identity: Hash256?
    }

    /// The bytes of the model's file.
    public var fileBytes: Bytes {
        var bytes = Model.magic
        bytes.appendLittleEndian(UInt32(1))
        bytes.appendLittleEndian(UInt32(0))
        bytes.appendLittleEndian(UInt64(programBytes.count))
        bytes.appendLittleEndian(UInt64(weights.count))
        modelID.append(to: &bytes)
        bytes += programBytes
        while bytes.count % WeightLayout.alignment != 0 { bytes.append(0) }
        bytes += weights
        return bytes
    }

    /// Whether `bytes` start as a model file does.
    public static func isModelFile(_ bytes: Bytes) -> Bool { bytes.starts(with: magic) }

    /// Reads a model file.
    ///
    /// - Throws: ``ModelError`` for anything but the bytes that ``fileBytes`` gives for a model
    ///   within the limits.
    public init(fileBytes: Bytes, limits: ModelLimits = .default) throws(ModelError) {
        let layout = try Model.layout(
            Bytes(fileBytes.prefix(Model.headerByteCount)), fileBytes.count, limits)
        let padding = fileBytes[layout.program.upperBound..<layout.weights.lowerBound]
        guard padding.allSatisfy({ $0 == 0 }) else { throw .nonzeroReserved }
        try self.init(
            programBytes: Bytes(fileBytes[layout.program]),
            weights: WeightStore(Bytes(fileBytes[layout.weights])), limits: limits)
        try check(identity: layout.identity)
    }

    /// Reads a model file piece by piece; the weights stay where they are and are read when they
    /// are needed, each chunk compared with the hash it has now.
    ///
    /// - Throws: ``ModelError`` as for the bytes of the file, or `unreadable`.
    public init(
        reading file: any ByteReading, limits: ModelLimits = .default
    ) throws(ModelError) {
        self = try PendingModel(reading: file, limits: limits).verified()
    }

    func check(identity: Hash256?) throws(ModelError) {
        guard identity == modelID else {
            throw .wrongModelID(expected: identity?.hex ?? "", actual: modelID.hex)
        }
    }

    /// The parts of a file of `byteCount` bytes that starts with `head`.
    static func layout(
        _ head: Bytes, _ byteCount: Int, _ limits: ModelLimits
    ) throws(ModelError) -> Layout {
        guard Model.isModelFile(head) else { throw .notAModelFile }
        var reader = ByteReader(head[Model.magic.count...])
        let header: (version: UInt32, reserved: UInt32, program: UInt64, weights: UInt64)
        let identity: ArraySlice<UInt8>
        do throws(ByteReaderError) {
            header = (
                try reader.readLittleEndian32(), try reader.readLittleEndian32(),
                try reader.readLittleEndian64(), try reader.readLittleEndian64()
            )
            identity = try reader.readSlice(Hash256.byteCount)
        } catch {
            throw .wrongFileLength(
                expected: UInt64(Model.headerByteCount), actual: byteCount)
        }
        guard header.version == 1 else { throw .unsupportedFileVersion(header.version) }
        guard header.reserved == 0 else { throw .nonzeroReserved }
        try limits.check(.programBytes, Int(clamping: header.program), of: "the file")
        try limits.check(.weightBytes, Int(clamping: header.weights), of: "the file")
        guard let programEnd = Model.sum(Model.headerByteCount, Int(clamping: header.program)),
            let weightsStart = WeightLayout.aligned(programEnd),
            let end = Model.sum(weightsStart, Int(clamping: header.weights))
        else { throw .wrongFileLength(expected: nil, actual: byteCount) }
        guard end == byteCount else {
            throw .wrongFileLength(expected: UInt64(end), actual: byteCount)
        }
        return Layout(
            program: Model.headerByteCount..<programEnd, weights: weightsStart..<end,
            identity: Hash256(identity))
    }

    private static func sum(_ left: Int, _ right: Int) -> Int? {
        let (sum, overflows) = left.addingReportingOverflow(right)
        return overflows ? nil : sum
    }
}
