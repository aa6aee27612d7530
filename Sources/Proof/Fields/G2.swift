// The second group of BN254: r of the points of the twisted curve y^2 = x^3 + 3/xi over Fq2. The
// curve has r (2 q - r) points, so being on it is not enough.
//
// The map psi(x, y) = (x' xi^((q - 1)/3), y' xi^((q - 1)/2)), where ' conjugates, is q-Frobenius
// carried over to the twist; on the group it is multiplication by q.

/// The curve y^2 = x^3 + 3/(9 + u) over ``Fq2``.
public enum G2: Curve {
    public static let b = Fq2(
        Fq(
            uncheckedMontgomery: UInt256(
                0x3BF9_38E3_77B8_02A8, 0x020B_1B27_3633_535D,
                0x26B7_EDF0_4975_5260, 0x2514_C632_4384_A86D)),
        Fq(
            uncheckedMontgomery: UInt256(
                0x38E7_ECCC_D1DC_FF67, 0x65F0_B37D_93CE_0D3E,
                0xD749_D0DD_22AC_00AA, 0x0141_B9CE_4A68_8D4D)))
}

/// A point of the curve ``G2`` by coordinates: in the group only if ``isInSubgroup``. 128 bytes in
/// memory, the same as in the files of Circom tools.
public typealias G2Affine = AffinePoint<G2>

/// A point of the curve ``G2`` in Jacobian coordinates.
public typealias G2Projective = JacobianPoint<G2>

extension AffinePoint where On == G2 {
    /// The generator of EIP-197.
    public static var generator: G2Affine { BN254.generator2 }

    /// Whether this is on the curve and its order divides r. Multiplies by a number of 63 bits.
    ///
    /// The test is psi(x Q) + psi^2(x Q) + (x + 1) Q = psi^3(2 x Q) (El Housni, Guillevic,
    /// Piellard, "Co-factor clearing and subgroup membership testing on pairing-friendly curves",
    /// 2022). Since psi^2 = t psi - q with t = 6 x^2 + 1, a point that passes is killed by the norm
    /// of the polynomial in psi; its greatest common divisor with r (2 q - r) is r.
    public var isInSubgroup: Bool {
        guard isOnCurve else { return false }
        let point = G2Projective(self)
        let multiple = point.times(UInt256(BN254.x))
        let first = multiple.endomorphism
        let second = first.endomorphism
        let third = second.endomorphism
        return first + second + multiple + self == third.doubled()
    }

    /// psi: the q-Frobenius of the curve over Fq, on the twist.
    var endomorphism: G2Affine {
        G2Affine(
            x: x.conjugate * FrobeniusConstants.first2, y: y.conjugate * FrobeniusConstants.first3)
    }
}

extension JacobianPoint where On == G2 {
    /// The generator of EIP-197.
    public static var generator: G2Projective { G2Projective(G2Affine.generator) }

    /// `scalar` times this point. Time and memory accesses follow the scalar.
    public func times(_ scalar: Fr) -> G2Projective { times(scalar.canonical) }

    /// psi; conjugation goes through sums and products, so Z is conjugated too.
    var endomorphism: G2Projective {
        G2Projective(
            x: x.conjugate * FrobeniusConstants.first2,
            y: y.conjugate * FrobeniusConstants.first3, z: z.conjugate)
    }
}

/// The number that BN254 is made from.
enum BN254 {
    /// q and r are polynomials in x (see ``Fq`` and ``Fr``); 63 bits.
    static let x: UInt64 = 4_965_661_367_192_848_881

    /// The generator of EIP-197.
    static let generator2 = G2Affine(
        x: Fq2(
            Fq(
                uncheckedMontgomery: UInt256(
                    0x8E83_B5D1_02BC_2026, 0xDCEB_1935_497B_0172,
                    0xFBB8_2647_9781_1ADF, 0x1957_3841_AF96_503B)),
            Fq(
                uncheckedMontgomery: UInt256(
                    0xAFB4_737D_A84C_6140, 0x6043_DD5A_5802_D8C4,
                    0x09E9_50FC_52A0_2F86, 0x14FE_F083_3AEA_7B6B))),
        y: Fq2(
            Fq(
                uncheckedMontgomery: UInt256(
                    0x619D_FA9D_886B_E9F6, 0xFE7F_D297_F59E_9B78,
                    0xFF9E_1A62_231B_7DFE, 0x28FD_7EEB_AE9E_4206)),
            Fq(
                uncheckedMontgomery: UInt256(
                    0x6409_5B56_C718_56EE, 0xDC57_F922_327D_3CBB,
                    0x55F9_35BE_3335_1076, 0x0DA4_A0E6_93FD_6482))))
}
