import TestSupport
import Testing
import Wire

@Suite struct ProtoFileTests {
    static let sampleText = """
        // Written by the declarations in Sources; do not edit.
        syntax = "proto3";

        package aivm.test.v1;

        import "aivm/test/money/v2/money.proto";
        import "google/protobuf/any.proto";
        import "google/protobuf/duration.proto";
        import "google/protobuf/timestamp.proto";

        enum Color {
          COLOR_UNSPECIFIED = 0;
          COLOR_SHADOW = -2;
          COLOR_RED = 1;
          COLOR_BLUE = 7;
        }

        message Sample {

          message Branch {
            string label = 1;
            repeated Sample.Branch branches = 2;
          }
          uint64 unsigned64 = 1;
          uint32 unsigned32 = 2;
          int64 signed64 = 3;
          int32 signed32 = 4;
          sint64 zigzag64 = 5;
          fixed32 fixed32 = 6;
          fixed64 fixed64 = 7;
          sfixed64 signed_fixed64 = 8;
          bool flag = 9;
          string text = 10;
          bytes data = 11;
          Color color = 12;
          oneof choice {
            bytes choice_data = 13;
            string choice_text = 14;
            int64 choice_integer = 15;
            fixed32 choice_bits = 16;
            aivm.test.money.v2.Price choice_price = 17;
          }
          repeated string texts = 18;
          repeated bytes datas = 19;
          repeated uint64 unsigned64s = 20;
          repeated int64 signed64s = 21;
          repeated uint32 unsigned32s = 22;
          repeated fixed32 fixed32s = 23;
          aivm.test.money.v2.Price maybe_price = 24;
          aivm.test.money.v2.Price price = 25;
          repeated Sample.Branch branches = 26;
          google.protobuf.Any packed = 27;
          google.protobuf.Timestamp time = 28;
          google.protobuf.Duration span = 100;
        }

        service Msg {
          rpc Buy(aivm.test.money.v2.Price) returns (Sample.Branch);
        }

        """

    @Test func writesOneFileAPackage() {
        let service = ProtoService(
            "aivm.test.v1.Msg", [.init("Buy", Price.wireDescriptor, Branch.wireDescriptor)])
        let files = ProtoFile.files(of: [Sample.wireDescriptor], services: [service])
        #expect(files.map(\.path) == ["aivm/test/money/v2/money.proto", "aivm/test/v1/test.proto"])
        #expect(
            files[0].text == """
                // Written by the declarations in Sources; do not edit.
                syntax = "proto3";

                package aivm.test.money.v2;

                message Price {
                  string denom = 2;
                  uint64 amount = 1000;
                }

                """)
        #expect(files[1].text == Self.sampleText)
    }

    @Test func doesNotDependOnTheOrderOfRoots() {
        let roots = [Branch.wireDescriptor, Price.wireDescriptor, Sample.wireDescriptor]
        #expect(ProtoFile.files(of: roots) == ProtoFile.files(of: roots.reversed()))
    }
}
