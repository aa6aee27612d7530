// The `.proto` files that clients read say what the code says. `AIVM_RECORD=1` rewrites them.

import AIModule
import App
import Ledger
import Models
import TestSupport
import Testing
import Wire

@Suite struct ProtoFilesAreCurrent {
    @Test func theCommittedFilesAreWhatTheDeclarationsSay() throws {
        var roots = [Models.Program.wireDescriptor, InferenceRecord.wireDescriptor]
        roots.append(ModelRecord.wireDescriptor)
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
        let files = ProtoFile.files(of: roots, services: services)
        #expect(files.map(\.package) == ["aivm.ai.v1", "aivm.ir.v1"])
        for file in files {
            #expect(
                try RecordedFile.matches(file.text, at: "Proto/" + file.path),
                "Proto/\(file.path) is stale: AIVM_RECORD=1 swift test --filter ProtoFiles")
        }
    }

    private func call(_ name: String, _ types: [any WireMessage.Type]) -> ProtoService.Call {
        ProtoService.Call(name, types[0].wireDescriptor, types[1].wireDescriptor)
    }
}
