// Powers of q in Fq12. Since w^q = w xi^((q - 1)/6), such a power conjugates each of the six parts
// and multiplies part i by xi^(i (q - 1)/6): almost nothing beside a product.

extension Fq12 {
    /// This element to the power of q.
    var powerOfQ: Fq12 {
        let g = FrobeniusConstants.self
        return Fq12(
            Fq6(c0.c0.conjugate, c0.c1.conjugate * g.first2, c0.c2.conjugate * g.first4),
            Fq6(
                c1.c0.conjugate * g.first1, c1.c1.conjugate * g.first3,
                c1.c2.conjugate * g.first5))
    }

    /// This element to the power of q^2, under which Fq2 stays as it is.
    var powerOfQSquared: Fq12 {
        let g = FrobeniusConstants.self
        return Fq12(
            Fq6(c0.c0, c0.c1 * g.second2, c0.c2 * g.second4),
            Fq6(c1.c0 * g.second1, c1.c1 * g.second3, c1.c2 * g.second5))
    }

    /// This element to the power of q^3.
    var powerOfQCubed: Fq12 { powerOfQSquared.powerOfQ }
}

/// The factors: `first` for xi^(i (q - 1)/6) and `second` for xi^(i (q^2 - 1)/6), which lies in Fq.
enum FrobeniusConstants {
    static let first1 = Fq2(
        Fq(
            uncheckedMontgomery: UInt256(
                0xAF9B_A696_3314_4907, 0xCA6B_1D73_87AF_B78A,
                0x11BD_ED5E_F08A_2087, 0x02F3_4D75_1A1F_3A7C)),
        Fq(
            uncheckedMontgomery: UInt256(
                0xA222_AE23_4C49_2D72, 0xD00F_02A4_565D_E15B,
                0xDC2F_F3A2_53DF_C926, 0x10A7_5716_B389_9551)))
    static let first2 = Fq2(
        Fq(
            uncheckedMontgomery: UInt256(
                0xB577_3B10_4563_AB30, 0x347F_91C8_A9AA_6454,
                0x7A00_7127_242E_0991, 0x1956_BCD8_1182_14EC)),
        Fq(
            uncheckedMontgomery: UInt256(
                0x6E84_9F1E_A0AA_4757, 0xAA1C_7B6D_89F8_9141,
                0xB6E7_13CD_FAE0_CA3A, 0x2669_4FBB_4E82_EBC3)))
    static let first3 = Fq2(
        Fq(
            uncheckedMontgomery: UInt256(
                0xE4BB_DD0C_2936_B629, 0xBB30_F162_E133_BACB,
                0x31A9_D1B6_F964_5366, 0x2535_70BE_A500_F8DD)),
        Fq(
            uncheckedMontgomery: UInt256(
                0xA1D7_7CE4_5FFE_77C7, 0x07AF_FD11_7826_D1DB,
                0x6D16_BD27_BB7E_DC6B, 0x2C87_2002_85DE_FECC)))
    static let first4 = Fq2(
        Fq(
            uncheckedMontgomery: UInt256(
                0x7361_D77F_843A_BE92, 0xA5BB_2BD3_2734_11FB,
                0x9C94_1F31_4B3E_2399, 0x15DF_9CDD_BB9F_D3EC)),
        Fq(
            uncheckedMontgomery: UInt256(
                0x5DDD_FD15_4BD8_C949, 0x62CB_29A5_A444_5B60,
                0x37BC_870A_0C7D_D2B9, 0x2483_0A9D_3171_F0FD)))
    static let first5 = Fq2(
        Fq(
            uncheckedMontgomery: UInt256(
                0xC970_692F_4169_0FE7, 0xE240_3421_2769_4B0B,
                0x32BE_E66B_83C4_59E8, 0x12AA_BCED_0AB0_8841)),
        Fq(
            uncheckedMontgomery: UInt256(
                0x0D48_5D23_40AE_BFA9, 0x0519_3418_AB2F_CC57,
                0xD3B0_A40B_8A49_10F5, 0x2F21_EBB5_35D2_925A)))
    static let second1 = Fq(
        uncheckedMontgomery: UInt256(
            0xCA8D_8005_00FA_1BF2, 0xF0C5_D614_68B3_9769,
            0x0E20_1271_AD0D_4418, 0x0429_0F65_BAD8_56E6))
    static let second2 = Fq(
        uncheckedMontgomery: UInt256(
            0x3350_C88E_13E8_0B9C, 0x7DCE_557C_DB5E_56B9,
            0x6001_B4B8_B615_564A, 0x2682_E617_0202_17E0))
    static let second3 = Fq(
        uncheckedMontgomery: UInt256(
            0x68C3_4889_12ED_EFAA, 0x8D08_7F68_72AA_BF4F,
            0x51E1_A247_0908_1231, 0x2259_D6B1_4729_C0FA))
    static let second4 = Fq(
        uncheckedMontgomery: UInt256(
            0x7193_0C11_D782_E155, 0xA6BB_947C_FFBE_3323,
            0xAA30_3344_D474_1444, 0x2C3B_3F0D_2659_4943))
    static let second5 = Fq(
        uncheckedMontgomery: UInt256(
            0x08CF_C388_C494_F1AB, 0x19B3_1514_8D13_73D4,
            0x584E_90FD_CB6C_0213, 0x09E1_685B_DF2F_8849))
}
