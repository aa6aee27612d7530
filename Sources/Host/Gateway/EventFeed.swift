// Subscriptions: what happens in a block goes to those whose query it satisfies. The thread that
// makes blocks only hands the block over; a queue of its own builds the messages, in order of
// blocks, and puts them into the subscribers' boxes without ever waiting for one.

import Base
import Blocks
public import Client
import Dispatch
import Ledger
import Synchronization
import Wire

/// Limits of subscriptions; the defaults are CometBFT's.
public struct SubscriptionLimits: Sendable {
    /// Most connections that subscribe.
    public var maximumClients: Int
    /// Most subscriptions of one connection.
    public var maximumPerClient: Int
    /// Most blocks that wait to be told; beyond it all subscribers are dropped.
    public var maximumWaitingBlocks: Int

    /// Makes limits; by default 100 connections with 5 subscriptions, 100 blocks.
    public init(
        maximumClients: Int = 100, maximumPerClient: Int = 5, maximumWaitingBlocks: Int = 100
    ) {
        self.maximumClients = maximumClients
        self.maximumPerClient = maximumPerClient
        self.maximumWaitingBlocks = maximumWaitingBlocks
    }
}

/// Tells subscribers what happens.
public final class EventFeed: Sendable {
    struct Subscription {
        let text: String
        let query: EventQuery
        let id: JSONValue
    }

    private struct State {
        var subscriptions: [ObjectIdentifier: (Subscriber, [Subscription])] = [:]
        var waitingBlocks = 0
    }

    private let limits: SubscriptionLimits
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "subscriptions")

    /// Makes a feed without subscribers.
    public init(limits: SubscriptionLimits = SubscriptionLimits()) { self.limits = limits }

    /// Number of connections that subscribe, and of subscriptions.
    public var counts: (clients: Int, subscriptions: Int) {
        state.withLock { state in
            (
                state.subscriptions.count,
                state.subscriptions.values.reduce(0) { $0 + $1.1.count }
            )
        }
    }

    /// Tells of a new block. Returns at once; call in order of blocks.
    public func publish(_ block: NamedBlock, _ outcome: BlockOutcome) {
        let overrun: [Subscriber]? = state.withLock { state in
            if state.subscriptions.isEmpty { return nil }
            guard state.waitingBlocks < limits.maximumWaitingBlocks else {
                defer { state.subscriptions = [:] }
                return state.subscriptions.values.map(\.0)
            }
            state.waitingBlocks += 1
            return []
        }
        guard let overrun else { return }
        guard overrun.isEmpty else { return overrun.forEach { $0.drop() } }
        queue.async { [self] in
            deliver(BlockNews(block, outcome))
            state.withLock { $0.waitingBlocks -= 1 }
        }
    }

    /// Returns when everything published so far has been handed to its subscribers.
    func waitUntilDelivered() { queue.sync {} }

    private func deliver(_ news: BlockNews) {
        let all = state.withLock { Array($0.subscriptions.values) }
        for happening in news.happenings {
            for (subscriber, subscriptions) in all {
                for subscription in subscriptions
                where subscription.query.matches(
                    facts: happening.facts, events: happening.events)
                {
                    subscriber.send(
                        happening.message(id: subscription.id, query: subscription.text))
                }
            }
        }
    }

    // MARK: Subscribers

    /// A connection that may subscribe.
    final class Subscriber: Sendable {
        let send: @Sendable (Bytes) -> Void
        let drop: @Sendable () -> Void

        init(
            send: @escaping @Sendable (Bytes) -> Void, drop: @escaping @Sendable () -> Void
        ) {
            self.send = send
            self.drop = drop
        }
    }

    /// Makes a connection that may subscribe: `send` takes a message, `drop` ends it. Neither may
    /// wait.
    func makeSubscriber(
        send: @escaping @Sendable (Bytes) -> Void, drop: @escaping @Sendable () -> Void
    ) -> Subscriber { Subscriber(send: send, drop: drop) }

    /// Forgets a connection and its subscriptions.
    func remove(_ subscriber: Subscriber) {
        _ = state.withLock {
            $0.subscriptions.removeValue(forKey: ObjectIdentifier(subscriber))
        }
    }

    /// The methods that only a connection has.
    func methods(for subscriber: Subscriber) -> [RPCMethod] {
        [
            RPCMethod("subscribe", ["query"]) { [self] (arguments) throws(RPCFailure) in
                try subscribe(subscriber, try arguments.text("query") ?? "", arguments.id)
                return .object([])
            },
            RPCMethod("unsubscribe", ["query"]) { [self] (arguments) throws(RPCFailure) in
                try unsubscribe(subscriber, try arguments.text("query") ?? "")
                return .object([])
            },
            RPCMethod("unsubscribe_all") { [self] (_) throws(RPCFailure) in
                guard unsubscribeAll(subscriber) else { throw .failed("subscription not found") }
                return .object([])
            },
        ]
    }

    private func subscribe(
        _ subscriber: Subscriber, _ text: String, _ id: JSONValue
    ) throws(RPCFailure) {
        let key = ObjectIdentifier(subscriber)
        let failure: RPCFailure? = state.withLock { state in
            let old = state.subscriptions[key]?.1 ?? []
            if old.isEmpty, state.subscriptions.count >= limits.maximumClients {
                return .failed("max_subscription_clients \(limits.maximumClients) reached")
            }
            if old.count >= limits.maximumPerClient {
                return .failed("max_subscriptions_per_client \(limits.maximumPerClient) reached")
            }
            let query: EventQuery
            do { query = try EventQuery(text) } catch {
                return .failed("failed to parse query: \(error)")
            }
            if old.contains(where: { $0.query == query }) { return .failed("already subscribed") }
            state.subscriptions[key] = (
                subscriber, old + [Subscription(text: text, query: query, id: id)]
            )
            return nil
        }
        if let failure { throw failure }
    }

    private func unsubscribe(_ subscriber: Subscriber, _ text: String) throws(RPCFailure) {
        let query: EventQuery
        do { query = try EventQuery(text) } catch {
            throw .failed("failed to parse query: \(error)")
        }
        let key = ObjectIdentifier(subscriber)
        let wasThere = state.withLock { state in
            guard let (_, old) = state.subscriptions[key] else { return false }
            let rest = old.filter { $0.query != query }
            state.subscriptions[key] = rest.isEmpty ? nil : (subscriber, rest)
            return rest.count < old.count
        }
        guard wasThere else { throw .failed("subscription not found") }
    }

    private func unsubscribeAll(_ subscriber: Subscriber) -> Bool {
        state.withLock {
            $0.subscriptions.removeValue(forKey: ObjectIdentifier(subscriber)) != nil
        }
    }
}
