import Ledger
import Testing

@Suite struct ContextCacheTests {
    @Test func keepsOneValuePerNameAndDropsItOnRequest() {
        var cache = ContextCache()
        #expect(cache["a", as: Int.self] == nil)
        cache["a", as: Int.self] = 7
        cache["b", as: String.self] = "text"
        #expect(cache["a", as: Int.self] == 7)
        #expect(cache["a", as: String.self] == nil)
        #expect(cache["b", as: String.self] == "text")
        cache["a", as: Int.self] = nil
        #expect(cache["a", as: Int.self] == nil)
        #expect(cache["b", as: String.self] == "text")
    }

    @Test func aCopyIsIndependent() {
        var cache = ContextCache()
        let copy = cache
        cache["a", as: Int.self] = 1
        #expect(copy["a", as: Int.self] == nil)
    }
}
