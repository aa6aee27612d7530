// A quote and a verdict as JSON, every field under the name that the maker's documents give it: for
// people and programs that look at them. Nothing here judges. Numbers of the layout are numbers,
// bytes are hexadecimal, moments are RFC 3339.

import Base
import Certificates
public import Wire

extension Quote {
    /// Every field of the quote, read and not judged.
    ///
    /// - Throws: `malformed` or `unsupported`.
    public func inspection() throws(AttestationError) -> JSONValue {
        var members: [JSONMember] = [JSONMember("technology", .string(technology.name))]
        switch technology {
        case .sgx, .tdx:
            let quote = try DCAPQuote(bytes)
            members += quote.members
            if quote.certificationKind == 5 {
                do throws(CertificateError) {
                    let chain = try PEM.certificates(in: quote.certificationData[...])
                    members.append(JSONMember("certificates", .array(chain.map(\.inspection))))
                } catch {
                    throw .certificate(error)
                }
            }
        case .sevSNP: members += try SNPReport(bytes).members
        case .nitro:
            let document = try NitroDocument(bytes)
            members += document.members
            var chain: [JSONValue] = []
            for encoded in [document.certificate] + document.bundle {
                do throws(CertificateError) {
                    chain.append(try Certificate(encoded).inspection)
                } catch {
                    throw .certificate(error)
                }
            }
            members.append(JSONMember("certificates", .array(chain)))
        case .nvidiaGPU: members += try GPUReport(bytes).members
        }
        if !certificates.isEmpty {
            members.append(
                JSONMember("certificates", .array(certificates.map(\.inspection))))
        }
        return .object(members)
    }
}

func member(_ name: String, _ bytes: some Sequence<UInt8>) -> JSONMember {
    JSONMember(name, .string(Bytes(bytes).hex))
}

func member(_ name: String, _ number: some FixedWidthInteger) -> JSONMember {
    JSONMember(name, .number(String(number)))
}

func member(_ name: String, _ flag: Bool) -> JSONMember { JSONMember(name, .bool(flag)) }

extension Certificate {
    /// What the certificate says.
    var inspection: JSONValue {
        .object([
            JSONMember("subject", .string(subject.description)),
            JSONMember("issuer", .string(issuer.description)), member("serial", serial),
            JSONMember("not_before", .string(timeText(notBefore))),
            JSONMember("not_after", .string(timeText(notAfter))),
            member("authority", isAuthority),
            JSONMember("key_fingerprint", .string(keyFingerprint.hex)),
            JSONMember("fingerprint", .string(fingerprint.hex)),
        ])
    }
}

extension DCAPQuote {
    var members: [JSONMember] {
        var list: [JSONMember] = [member("version", version)]
        if !enclaveVersions.isEmpty {
            list += [member("qe_svn", enclaveVersions[0]), member("pce_svn", enclaveVersions[1])]
        }
        list.append(member("user_data", userData))
        switch body {
        case .enclave(let report):
            list.append(JSONMember("report", .object(report.members)))
        case .trustDomain(let report):
            list.append(JSONMember("report", .object(report.members)))
        }
        return list + [
            member("signature", signature), member("attestation_key", attestationKey),
            JSONMember("qe_report", .object(quotingEnclave.members)),
            member("qe_report_signature", quotingEnclaveSignature),
            member("qe_authentication_data", authenticationData),
            member("certification_data_type", certificationKind),
            member("certification_data_bytes", certificationData.count),
            member("leftover_bytes", leftoverByteCount),
        ]
    }
}

extension EnclaveReport {
    var members: [JSONMember] {
        [
            member("cpusvn", cpuSVN), member("miscselect", miscSelect),
            member("attributes", attributes), member("mrenclave", mrEnclave),
            member("mrsigner", mrSigner), member("isvprodid", productID),
            member("isvsvn", securityVersion), member("reportdata", reportData),
            member("debug", isDebuggable),
        ]
    }
}

extension TrustDomainReport {
    var members: [JSONMember] {
        [member("tee_tcb_svn", teeTCBSVN)] + measurements.map { member($0.name, $0.value) }
            + (currentTeeTCBSVN.map { [member("tee_tcb_svn_2", $0)] } ?? [])
            + [member("reportdata", reportData), member("debug", isDebuggable)]
    }
}

extension SNPReport {
    var members: [JSONMember] {
        var list = [
            member("version", version), member("guest_svn", guestSVN), member("policy", policy),
            member("family_id", familyID), member("image_id", imageID), member("vmpl", vmpl),
            member("current_tcb", currentTCB), member("platform_info", platformInfo),
            member("key_flags", keyFlags), member("report_data", reportData),
            member("measurement", measurement), member("host_data", hostData),
            member("id_key_digest", idKeyDigest), member("author_key_digest", authorKeyDigest),
            member("report_id", reportID), member("report_id_ma", migrationAgentID),
            member("reported_tcb", reportedTCB),
        ]
        if let processor { list.append(member("cpuid_family_model_stepping", processor)) }
        list += [
            member("chip_id", chipID), member("committed_tcb", committedTCB),
            member("firmware", firmware), member("launch_tcb", launchTCB),
        ]
        for (name, value) in zip(["launch_mit_vector", "current_mit_vector"], mitigations) {
            list.append(member(name, value))
        }
        return list + [member("signature", signature), member("debug", isDebuggable)]
    }
}

extension NitroDocument {
    var members: [JSONMember] {
        [
            JSONMember("module_id", .string(moduleID)),
            member("timestamp", timestampMilliseconds),
            JSONMember("pcrs", .object(registers.map { member("\($0.number)", $0.value) })),
            JSONMember("public_key", publicKey.map { .string($0.hex) } ?? .null),
            JSONMember("user_data", userData.map { .string($0.hex) } ?? .null),
            JSONMember("nonce", nonce.map { .string($0.hex) } ?? .null),
            member("signature", signature), member("debug", isDebuggable),
            member("leftover_bytes", leftoverByteCount),
        ]
    }
}

extension GPUReport {
    var members: [JSONMember] {
        var facts: [JSONMember] = []
        // A kind that occurs twice gets its place as well, because names of members are distinct.
        for (place, fact) in self.facts.enumerated() {
            let isRepeated = facts.contains { $0.name == fact.name }
            facts.append(member(isRepeated ? "\(fact.name)-\(place)" : fact.name, fact.value))
        }
        return [
            member("challenge", challenge), member("slot", slot),
            JSONMember(
                "measurements", .object(blocks.map { member("\($0.index)", $0.value) })),
            member("responder_nonce", responderNonce), JSONMember("opaque", .object(facts)),
            JSONMember("driver_version", driverVersion.map { .string($0) } ?? .null),
            JSONMember("vbios_version", firmwareVersion.map { .string($0) } ?? .null),
            member("signature", signature),
        ]
    }
}
