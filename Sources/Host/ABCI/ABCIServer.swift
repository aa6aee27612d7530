// The server that a consensus engine dials: four times a start, for queries, snapshots, its mempool
// and consensus. Nothing on the wire says which is which, so every connection takes every request.
// Answers leave in the order of the requests, and are written when the engine asks with Flush.

import Base
import Foundation
import Synchronization
import Wire

/// Serves an application to a consensus engine.
public final class ABCIServer: Sendable {
    /// Most connections at a time. The engine opens four, and again four after a restart.
    public static let maximumConnections = 32

    private let session: ApplicationSession
    private let listener: ListeningSocket
    private let frameLimit: Int
    private let log: @Sendable (String) -> Void
    private let connections = Mutex<[ObjectIdentifier: Connection]>([:])

    /// Where the server listens.
    public var address: SocketAddress { listener.address }

    /// Starts to serve `session` at `address`.
    ///
    /// - Parameters:
    ///   - frameLimit: most bytes of a request: those of the largest block, and some room.
    ///   - log: told of connections that end for a reason.
    /// - Throws: `SocketError` when nobody can listen there.
    public init(
        _ session: ApplicationSession, at address: SocketAddress, frameLimit: Int = 128 << 20,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(SocketError) {
        self.session = session
        self.frameLimit = frameLimit
        self.log = log
        listener = try ListeningSocket(at: address)
        // The thread holds the socket, not the server, so that a server nobody holds ends.
        let listener = listener
        let thread = Thread { [weak self] in
            while let connection = listener.accept() {
                guard let self else { return }
                serve(connection)
            }
        }
        thread.name = "abci"
        thread.start()
    }

    deinit { close() }

    /// Ends all connections and listens no more.
    public func close() {
        listener.close()
        connections.withLock { connections in
            for connection in connections.values { connection.close() }
            connections = [:]
        }
    }

    private func serve(_ connection: Connection) {
        let isTaken = connections.withLock { connections in
            guard connections.count < ABCIServer.maximumConnections else { return false }
            connections[ObjectIdentifier(connection)] = connection
            return true
        }
        guard isTaken else {
            log("a connection beyond \(ABCIServer.maximumConnections) was closed")
            return connection.close()
        }
        let (session, limit, log) = (session, frameLimit, log)
        let thread = Thread { [weak self] in
            do {
                try ABCIServer.answer(connection, session, frameLimit: limit)
            } catch {
                log("a connection of the engine ended: \(error)")
            }
            connection.close()
            self?.connections.withLock { $0[ObjectIdentifier(connection)] = nil }
        }
        thread.name = "abci connection"
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Answers until the engine closes the connection.
    private static func answer(
        _ connection: Connection, _ session: ApplicationSession, frameLimit: Int
    ) throws {
        var reader = FrameReader(limit: frameLimit)
        var answers = Bytes()
        let rules = WireRules(unknownFields: .skipped, maximumBytes: frameLimit)
        while true {
            let bytes = try connection.read(limit: 1 << 16)
            if bytes.isEmpty { return }
            reader.append(bytes)
            while let frame = try next(&reader, connection, answers) {
                let response: ABCIResponse
                var isFlush = false
                do throws(WireError) {
                    let request = try ABCIRequest(decoding: frame, rules: rules)
                    isFlush = request.flush != nil
                    response = session.answer(request)
                } catch {
                    try refuse("\(error)", connection, answers)
                    throw error
                }
                answers.appendFrame(response.encoded())
                // An exception stops the engine: it must arrive.
                if isFlush || response.exception != nil || answers.count > 1 << 20 {
                    try connection.write(answers)
                    answers = []
                }
            }
        }
    }

    private static func next(
        _ reader: inout FrameReader, _ connection: Connection, _ answers: Bytes
    ) throws -> Bytes? {
        do throws(FrameError) {
            return try reader.next()
        } catch {
            try refuse("\(error)", connection, answers)
            throw error
        }
    }

    /// Sends an exception after the answers that wait.
    private static func refuse(
        _ reason: String, _ connection: Connection, _ answers: Bytes
    ) throws {
        var last = answers
        last.appendFrame(ABCIResponse(exception: reason).encoded())
        try connection.write(last)
    }
}
