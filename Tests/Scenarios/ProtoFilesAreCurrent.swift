// The `.proto` files that clients read say what the code says: every message of our packages that
// is not a node's own record on disk. `make proto` rewrites them.

import AIModule
import App
import ComputeModule
import Foundation
import Ledger
import Models
import TestSupport
import Testing
import Verification
import Wire

@Suite struct ProtoFilesAreCurrent {
    /// Messages that no call carries by type: files, records of the state, what is proved.
    private static let records: [any WireMessage.Type] = [
        Models.Program.self, TensorSet.self, TensorSchema.self, Statement.self, Reexecution.self,
        EvidenceMessage.self, ModelRecord.self, ModelDetails.self, ChunkRecord.self,
        NameRecord.self, InferenceRecord.self, Payment.self, StoredTensors.self, AIGenesis.self,
        VerificationKeyRecord.self, ProvenStatement.self,
        CommittedModel.self, PublicConstant.self, InferenceProof.self, ProvenInference.self,
        RequestRecord.self, ComputeGenesis.self, StoredDocument.self,
    ]

    @Test func theCommittedFilesAreWhatTheDeclarationsSay() throws {
        let files = Self.files()
        #expect(files.map(\.package) == ["aivm.ai.v1", "aivm.compute.v1", "aivm.ir.v1"])
        for file in files {
            #expect(
                try RecordedFile.matches(file.text, at: "Proto/" + file.path),
                "Proto/\(file.path) is stale: run `make proto` and read the difference")
        }
        let committed = FileManager.default.enumerator(atPath: PackageRoot.path("Proto"))?
            .compactMap { $0 as? String }.filter { $0.hasSuffix(".proto") }.sorted()
        #expect(committed == files.map(\.path), "nothing declares the other files of Proto")
    }

    /// The sources are the list: a message that neither a route nor `records` reaches is noticed.
    @Test func everyMessageOfOurPackagesIsWritten() throws {
        let marker = "static let wireName = \""
        let files = Self.files()
        var declared = 0
        let sources = FileManager.default.enumerator(atPath: PackageRoot.path("Sources"))
        for case let path as String in try #require(sources) where path.hasSuffix(".swift") {
            let text = try String(
                contentsOfFile: PackageRoot.path("Sources/" + path), encoding: .utf8)
            for line in text.split(separator: "\n") {
                guard let start = line.range(of: marker)?.upperBound else { continue }
                let name = String(line[start...].prefix { $0 != "\"" })
                guard let file = files.first(where: { name.hasPrefix($0.package + ".") })
                else { continue }
                declared += 1
                let type = name.split(separator: ".").last ?? ""
                let isWritten = ["message", "enum"].contains {
                    file.text.contains("\($0) \(type) {")
                }
                #expect(isWritten, "\(name) is missing in Proto/\(file.path)")
            }
        }
        #expect(declared > 50)
    }

    private static func files() -> [ProtoFile] {
        var services: [ProtoService] = []
        for module in Modules().all {
            let calls = module.messages.map { route in
                let name = route.typeURL.split(separator: ".").last ?? ""
                return call(String(name.dropFirst("Msg".count)), route.types)
            }
            if let url = module.messages.first?.typeURL, url.hasPrefix("/aivm.") {
                let package = url.dropFirst().split(separator: ".").dropLast()
                services.append(ProtoService(package.joined(separator: ".") + ".Msg", calls))
            }
            let queries = module.queries.filter { $0.path.hasPrefix("/aivm.") }
            guard let path = queries.first?.path.split(separator: "/") else { continue }
            services.append(
                ProtoService(
                    String(path[0]),
                    queries.map { query in
                        call(String(query.path.split(separator: "/")[1]), query.types)
                    }))
        }
        return ProtoFile.files(of: records.map { $0.wireDescriptor }, services: services)
    }

    private static func call(
        _ name: String, _ types: [any WireMessage.Type]
    ) -> ProtoService.Call {
        ProtoService.Call(name, types[0].wireDescriptor, types[1].wireDescriptor)
    }
}
