// Making a circuit's key. For PLONK this needs no ceremony of its own: the powers of tau serve
// every circuit, and the key follows from them and the circuit alone.

public import Circom
public import Commitments
import Fields
public import Plonk
import Polynomials

/// Makes keys.
public enum PlonkSetup {
    /// Makes the key of a circuit and writes it as a `.zkey` file, byte for byte the one snarkjs
    /// 0.7.6 makes.
    ///
    /// - Parameters:
    ///   - system: the circuit.
    ///   - string: at least as many powers of tau as rows, and six more. They are not checked.
    ///   - sink: what the key is written to.
    ///   - threads: threads to use.
    ///   - observe: is told before each polynomial which part of the work is done, from 0 to 1.
    /// - Returns: the sink, and the verifier's part of the key.
    public static func writeKey<Sink: ByteSink>(
        of system: GateSystem, _ string: StructuredReferenceString, to sink: Sink, threads: Int,
        observe: (Double) -> Void = { _ in }
    ) throws(ProvingError) -> (sink: Sink, key: VerificationKey) {
        let power = system.power
        guard VerificationKey.powers.contains(power), system.publicCount <= system.gates.count
        else {
            throw .tooLarge("gates", limit: 1 << 28, actual: system.gates.count)
        }
        let needed = 1 << power + 6
        guard string.powers.count >= needed else {
            throw .tooFewPowers(needed: needed, available: string.powers.count)
        }
        guard let small = NumberTheoreticTransform(log2Size: power) else {
            throw .tooLarge("rows", limit: 1 << 28, actual: 1 << power)
        }
        let polynomials = KeyPolynomials(system, small, threads: threads)
        var done = 0.0
        let steps = Double(24 + max(system.publicCount, 1))
        func step(_ size: Double) {
            done += size
            observe(min(done / steps, 1))
        }
        var commitments: [G1Affine] = []
        for polynomial in KeyPolynomials.committed {
            let coefficients = polynomials.coefficients(of: polynomial)
            commitments.append(
                try commitment(to: coefficients, string, threads: threads))
            step(2)
        }
        let key: VerificationKey
        do throws(PlonkError) {
            key = try VerificationKey(
                publicCount: system.publicCount, power: power, k1: Permutation.k1,
                k2: Permutation.k2, commitments: commitments, tauG2: string.tauG2,
                isUnsafe: string.isUnsafe)
        } catch {
            throw .inconsistentKey("\(error)")
        }
        guard let large = NumberTheoreticTransform(log2Size: power + 2) else {
            throw .tooLarge("rows of a key", limit: 1 << 26, actual: 1 << power)
        }
        let written = try readingFiles { () throws(CircomError) in
            try ProvingKeyFile.write(key, system, powers: string.powers, to: sink) { polynomial in
                let coefficients = polynomials.coefficients(of: polynomial)
                var values = coefficients
                values += [Fr](repeating: Fr.zero, count: 3 * coefficients.count)
                large.evaluate(&values, threads: threads)
                step(1)
                return ProvingKeyFile.Forms(coefficients: coefficients, evaluations: values)
            }
        }
        return (written, key)
    }

    private static func commitment(
        to coefficients: [Fr], _ string: StructuredReferenceString, threads: Int
    ) throws(ProvingError) -> G1Affine {
        do throws(CommitmentError) {
            return try string.commitment(to: coefficients, threads: threads)
        } catch {
            throw .inconsistentKey("\(error)")
        }
    }
}

/// The polynomials of a key, made when they are asked for.
private struct KeyPolynomials {
    private let system: GateSystem
    private let transform: NumberTheoreticTransform
    private let permutation: [[Fr]]
    private let threads: Int

    /// The polynomials that the verifier has commitments to, in the order of the key.
    static let committed: [KeyPolynomial] =
        (0..<5).map { .selector($0) } + (0..<3).map { .permutation($0) }

    init(_ system: GateSystem, _ transform: NumberTheoreticTransform, threads: Int) {
        self.system = system
        self.transform = transform
        self.threads = threads
        permutation = Permutation.targets(system, transform.domain)
    }

    func coefficients(of polynomial: KeyPolynomial) -> [Fr] {
        var values: [Fr]
        switch polynomial {
        case .selector(let index):
            let selector = [\Gate.qm, \Gate.ql, \Gate.qr, \Gate.qo, \Gate.qc][index]
            values = system.gates.map { $0[keyPath: selector] }
            values += [Fr](repeating: Fr.zero, count: transform.domain.size - values.count)
        case .permutation(let index):
            values = permutation[index]
        case .lagrange(let index):
            values = [Fr](repeating: Fr.zero, count: transform.domain.size)
            values[index] = Fr.one
        }
        transform.interpolate(&values, threads: threads)
        return values
    }
}
