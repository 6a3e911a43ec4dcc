import CambiumFiles
import CambiumJobs
import Testing

@Suite struct CheckupTests {
    @Test func `a checkup tells the same to people and programs`() {
        let checkup = Checkup()
        for name in ["cambium", "system", "processor", "memory", "libtorch", "codecs"] {
            #expect(checkup.json[name] != nil)
            #expect(checkup.text.contains("\(name)  "))
        }
        #expect(checkup.json["cambium"]?["version"] == .string(Release.version))
        #expect(checkup.json["advice"]?.array?.count == checkup.advice.count)
    }
}
