// The application behind a socket is killed at random moments while an engine drives it. After each
// restart the engine's handshake brings it to the last block with the app hashes it had.

import ABCI
import Base
import Blocks
import Cryptography
import EngineDouble
import Foundation
import Ledger
import TestSupport
import Testing
import Wire

@Suite struct AnotherEngineDrivesTheNode {
    @Test func aKilledApplicationIsBroughtBackToTheSameHashes() throws {
        let folder = try TemporaryDirectory()
        let home = folder.path("home")
        let setUp = try Program.run(["node", "init", "--home", home])
        #expect(setUp.status == 0, "\(setUp.errors)")
        let genesis = try JSONValue(
            parsing: Bytes(
                try Data(contentsOf: URL(fileURLWithPath: home + "/config/genesis.json"))))
        var engine = FakeEngine(genesis: try InitializeChainRequest(genesis: genesis))
        var generator = SeededGenerator(seed: 4)
        let kills = ProcessInfo.processInfo.environment["AIVM_KILLS"].flatMap(Int.init) ?? 200
        // More rounds where the machine is too busy for blocks between one kill and the next.
        var rounds = 0
        while rounds < max(2, kills / 8) || (engine.blocks.count <= 10 && rounds < 200) {
            rounds += 1
            let node = try ServedProcess(home: home, socket: folder.path("abci.sock"))
            let victim = node.identifier
            let moment = Double.random(in: 0...0.08, using: &generator)
            let killer = Thread {
                Thread.sleep(forTimeInterval: moment)
                kill(victim, SIGKILL)
            }
            do {
                try engine.connect(to: node.address)
                killer.start()
                while true {
                    let garbage = (0..<generator.int(in: 0...3)).map { _ in
                        Bytes(repeating: UInt8(generator.int(in: 0...255)), count: 40)
                    }
                    try engine.makeBlock(garbage)
                    #expect(try engine.check([1, 2, 3]) != 0)
                }
            } catch let fault as EngineFault {
                #expect(fault == .connectionEnded)
            } catch is SocketError {}
            node.waitForEnd()
        }
        #expect(engine.blocks.count > 10)
        let last = try ServedProcess(home: home, socket: folder.path("abci.sock"))
        try engine.connect(to: last.address)
        let before = engine.blocks.count
        try engine.makeBlock([])
        #expect(engine.blocks.count == before + 1)
        #expect(last.stop() == 0)
        print("\(engine.blocks.count) blocks, \(engine.replayedCount) executed again")
    }
}
