// Everything that may break a rule, with the reason. An entry that excuses nothing fails the test.

/// A file that may break one rule.
public struct Exception: Equatable, Sendable {
    /// The rule it may break.
    var rule: Rule
    /// The file.
    var path: String
    /// Why it must.
    var reason: String

    init(_ rule: Rule, _ path: String, _ reason: String) {
        self.rule = rule
        self.path = path
        self.reason = reason
    }
}

extension Exception {
    /// The exceptions of this repository.
    public static let all: [Exception] = [
        // Unsafe code: one narrow wrapper for each foreign library.
        Exception(
            .unsafeCode, "Sources/Core/Base/ByteKey.swift",
            "compares and hashes bytes as a whole"),
        Exception(
            .unsafeCode, "Sources/Core/Base/Hash256.swift",
            "reads and writes 32 bytes at once"),
        Exception(
            .unsafeCode, "Sources/Core/Store/RocksDatabase.swift", "calls RocksDB's C interface"),
        Exception(
            .uncheckedSendable, "Sources/Core/Store/RocksDatabase.swift",
            "holds RocksDB handles, which RocksDB allows on any thread"),
        Exception(
            .unsafeCode, "Sources/Core/Cryptography/OpenSSLCalls.swift",
            "calls OpenSSL's C interface"),
        Exception(
            .unsafeCode, "Sources/Core/Cryptography/OpenSSLCurveCalls.swift",
            "calls OpenSSL's C interface"),
        Exception(
            .uncheckedSendable, "Sources/Core/Cryptography/OpenSSLCurveCalls.swift",
            "holds the groups of two curves, which are only read after they are made"),
        Exception(
            .unsafeCode, "Sources/Core/Cryptography/OpenSSLRSACalls.swift",
            "calls OpenSSL's C interface"),
        Exception(
            .unsafeCode, "Sources/Core/Cryptography/Secp256k1Calls.swift",
            "calls libsecp256k1's C interface"),
        Exception(
            .uncheckedSendable, "Sources/Core/Cryptography/Secp256k1Calls.swift",
            "holds a libsecp256k1 context, which is only read after it is made"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/Tensor+Bytes.swift",
            "views elements as bytes without copying"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/KernelCalls.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/ElementMoves.swift",
            "moves elements in memory"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/ElementwiseChain.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/ProductCalls.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/IntegerProductCalls.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/IntegerKernelCalls.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/MixedProducts.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/MixedConvolution.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/RescaledCall.swift",
            "gives the kernels in C their buffers"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/DepthwiseConvolution.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/WindowCalls.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Compute/Tensors/PackedMatrix.swift",
            "has the kernels in C pack weights into memory of its own"),
        Exception(
            .uncheckedSendable, "Sources/Compute/Tensors/PackedMatrix.swift",
            "holds packed weights, written once when they are made"),
        Exception(
            .unsafeCode, "Sources/Core/Cryptography/LeafHashes.swift",
            "calls the hash functions in C"),
        Exception(
            .unsafeCode, "Sources/Proof/Fields/KernelWorkspace.swift",
            "keeps memory that the kernels in C work in"),
        Exception(
            .unsafeCode, "Sources/Proof/Fields/ByteSums.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Proof/Fields/SumKernels.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Proof/Sumcheck/SumcheckTranscript.swift",
            "reads the bytes of labels that are part of the program"),
        Exception(
            .unsafeCode, "Sources/Proof/Fields/MultiScalarCalls.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Proof/Fields/ScalarKernels.swift",
            "calls the kernels in C"),
        Exception(
            .unsafeCode, "Sources/Proof/Fields/ScalarTransform.swift",
            "calls the kernels in C"),
        Exception(
            .uncheckedSendable, "Sources/Proof/Fields/ScalarTransform.swift",
            "holds tables of a kernel, which are only read after they are made"),
        Exception(
            .unsafeCode, "Sources/Core/Cryptography/BLAKE2b.swift",
            "calls OpenSSL's C interface"),
        Exception(
            .unsafeCode, "Sources/Proof/Circom/ElementCoding.swift",
            "reads and writes 32 bytes at once"),
        Exception(
            .unsafeCode, "Sources/Proof/Circom/Files.swift",
            "has the C library read and write files"),
        Exception(
            .unsafeCode, "Sources/Host/ABCI/Sockets.swift",
            "calls the C library's sockets"),
        Exception(
            .unsafeCode, "Sources/Host/Gateway/HTTPServer.swift",
            "calls libmicrohttpd's C interface and is called back by it"),
        Exception(
            .uncheckedSendable, "Sources/Host/Gateway/HTTPServer.swift",
            "holds a libmicrohttpd daemon, which is stopped once, by its owner"),
        Exception(
            .unsafeCode, "Sources/Host/Gateway/GRPCServer.swift",
            "calls gRPC's C interface and takes its events"),
        Exception(
            .uncheckedSendable, "Sources/Host/Gateway/GRPCServer.swift",
            "holds a gRPC server and its queue, which the library allows on any thread"),
        Exception(
            .unsafeCode, "Sources/Host/Gateway/WebSocketLoop.swift",
            "calls wslay's C interface and is called back by it"),
        Exception(
            .unsafeCode, "Sources/Host/Gateway/WakePipe.swift",
            "has the C library make a pipe, read and write it"),
        Exception(
            .unsafeCode, "Sources/Host/Commands/Grammar/Terminal.swift",
            "asks the C library about the terminal"),
        Exception(
            .unsafeCode, "Sources/Host/Commands/OpenFile.swift",
            "has the C library read into memory that is used again"),
        Exception(
            .unsafeCode, "Sources/Host/Commands/StopSignals.swift",
            "blocks signals and waits for them"),
        Exception(
            .provenance, "Tests/Vectors/receipt.json",
            "a receipt exactly as users get it; ReceiptGoldenTests makes and reads it"),

        Exception(
            .unsafeCode, "Sources/Compute/Importers/Inflate.swift",
            "calls zlib's C interface"),

        Exception(
            .unsafeCode, "Sources/Support/TestSupport/WebSocketClient.swift",
            "calls the C library's sockets"),

        // Dictionaries of deterministic targets: looked up, or sorted before they are iterated.
        Exception(
            .unorderedCollection, "Sources/Chain/AIModule/AICache.swift",
            "looks verdicts up, never walks them"),
        Exception(
            .unorderedCollection, "Sources/Chain/AIModule/AIHandlers+Circuits.swift",
            "asks whether a proof was seen, never walks them"),
        Exception(
            .unorderedCollection, "Sources/Core/Wire/JSONParser.swift",
            "finds repeated member names"),
        Exception(
            .unorderedCollection, "Sources/Core/Wire/MessageJSON.swift",
            "finds message types by URL"),
        Exception(
            .unorderedCollection, "Sources/Core/Wire/ProtoFile.swift",
            "finds the published path of a type"),
        Exception(
            .unorderedCollection, "Sources/Core/Wire/ProtoWriter.swift",
            "finds the published path of a type"),
        Exception(
            .unorderedCollection, "Sources/Chain/Ledger/ContextCache.swift",
            "finds a module's cache by its name"),
        Exception(
            .unorderedCollection, "Sources/Chain/Ledger/State.swift",
            "finds pending changes by key; sorts them before they are listed"),
        Exception(
            .unorderedCollection, "Sources/Chain/App/ParsedTransaction.swift",
            "finds signers named before"),
        Exception(
            .unorderedCollection, "Sources/Chain/App/Modules.swift",
            "finds a route by type URL or path"),
        Exception(
            .unorderedCollection, "Sources/Chain/App/MessageRouter.swift",
            "finds a route by type URL"),
        Exception(
            .unorderedCollection, "Sources/Chain/BankModule/BankHandlers.swift",
            "finds what is left to spend by denomination"),
        Exception(
            .unorderedCollection, "Sources/Chain/BankModule/BankInvariants.swift",
            "finds a sum by denomination; an array keeps the order"),
        Exception(
            .unorderedCollection, "Sources/Compute/Models/ProgramInference.swift",
            "finds names used twice"),
        Exception(
            .unorderedCollection, "Sources/Proof/Verification/TensorSet+Tensors.swift",
            "finds a tensor by the name of its input"),

        // Tables and examples.
        Exception(
            .fileTooLong, "Sources/Core/Cryptography/MnemonicEnglishWords.swift",
            "the published list of BIP-39: 2,048 words, one a line"),
        Exception(
            .largeFile, "Examples/models/mlp_1m.onnx",
            "an example with a million parameters, for benchmarks"),
    ]
}
