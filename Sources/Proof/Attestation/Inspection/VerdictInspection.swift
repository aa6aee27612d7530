// A verdict as JSON. A verdict under a root for development says so in its first member.

import Base
import Certificates
public import Wire

extension Verdict {
    /// Everything that the verdict says.
    public var inspection: JSONValue {
        var list: [JSONMember] = []
        if isDevelopment {
            list.append(
                JSONMember("unsafe", .string("the root is for development and vouches for nothing"))
            )
        }
        list += [
            JSONMember("technology", .string(technology.name)),
            member("quote_version", quoteVersion),
            JSONMember("tcb_status", tcbStatus.map { .string("\($0)") } ?? .null),
            JSONMember("advisories", .array(advisories.map { .string($0) })),
            JSONMember("debug", isDebuggable.map { .bool($0) } ?? .null),
            JSONMember("product", .string(product)), member("report_data", reportData),
            JSONMember(
                "measurements", .object(measurements.map { member($0.name, $0.value) })),
            JSONMember(
                "versions",
                .object(versions.map { JSONMember($0.name, .string($0.text)) })),
            JSONMember("omissions", .array(omissions.map { .string($0.rawValue) })),
            member("leftover_bytes", leftoverByteCount),
            JSONMember("valid_from", .string(timeText(validFrom))),
            JSONMember("valid_until", .string(timeText(validUntil))),
            JSONMember("signers", .array(signers.map(\.inspection))),
            member("development", isDevelopment),
        ]
        return .object(list)
    }
}

extension Signer {
    var inspection: JSONValue {
        .object([
            JSONMember("name", .string(name)), member("serial", serial),
            JSONMember("key_fingerprint", .string(keyFingerprint.hex)),
            JSONMember("not_before", .string(timeText(notBefore))),
            JSONMember("not_after", .string(timeText(notAfter))),
        ])
    }
}
