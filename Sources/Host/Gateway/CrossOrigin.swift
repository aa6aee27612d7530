// Cross-origin requests: which web pages may read what a door answers. Wallets in a browser need
// it. A door holds no secrets and no cookies, so the default of a node is to let every page in.
// Source: WHATWG Fetch, section 3.3 (CORS protocol).

/// Lets web pages of some origins read answers.
public struct CrossOriginPolicy: Sendable {
    /// Origins such as `https://wallet.example`, or `*` for all; empty answers no other origin.
    public let origins: [String]

    private static let methods = "GET, POST, HEAD, OPTIONS"
    private static let requestHeaders =
        "Origin, Accept, Content-Type, X-Requested-With, X-Server-Time, x-cosmos-block-height"

    /// Makes a policy.
    public init(origins: [String]) { self.origins = origins }

    /// `handle`, with the policy's headers on its answers; answers what browsers ask beforehand.
    public func applied(
        _ handle: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) -> @Sendable (HTTPRequest) -> HTTPResponse {
        guard !origins.isEmpty else { return handle }
        return { request in
            guard let origin = request.header("Origin") else { return handle(request) }
            guard let allowed = allowed(origin) else {
                return request.isPreflight
                    ? .text("this origin is not allowed\n", status: 403) : handle(request)
            }
            var response =
                request.isPreflight
                ? HTTPResponse(status: 204, contentType: "text/plain", body: [])
                : handle(request)
            response.headers.append(("Access-Control-Allow-Origin", allowed))
            response.headers.append(("Vary", "Origin"))
            if request.isPreflight {
                response.headers += [
                    ("Access-Control-Allow-Methods", CrossOriginPolicy.methods),
                    ("Access-Control-Allow-Headers", CrossOriginPolicy.requestHeaders),
                    ("Access-Control-Max-Age", "600"),
                ]
            }
            return response
        }
    }

    /// Whether a page of `origin` may open a connection that no browser guards.
    func admits(_ origin: String?) -> Bool {
        guard let origin else { return true }
        return allowed(origin) != nil
    }

    private func allowed(_ origin: String) -> String? {
        if origins.contains("*") { return "*" }
        return origins.contains(origin) ? origin : nil
    }
}

extension HTTPRequest {
    /// Whether a browser asks what it may send.
    var isPreflight: Bool {
        method == "OPTIONS" && header("Access-Control-Request-Method") != nil
    }
}
