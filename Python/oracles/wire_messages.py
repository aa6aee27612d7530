"""Compares messages of our codec with the official protobuf runtime.

Arguments: a folder of .proto files, the full name of a message. Standard input: three lines a
message, our encoding in hexadecimal and our JSON with and without default values. Standard output:
three lines a message, the runtime's deterministic encoding and its JSON in both spellings. Ends
with a traceback at the first disagreement.
"""

import json
import pathlib
import sys

import grpc_tools
from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, duration_pb2, json_format
from google.protobuf import message_factory, timestamp_pb2
from grpc_tools import protoc

folder, name = pathlib.Path(sys.argv[1]), sys.argv[2]
well_known = str(pathlib.Path(grpc_tools.__file__).parent / "_proto")
files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.proto"))
compiled = folder / "descriptors"
status = protoc.main(
    ["protoc", f"-I{folder}", f"-I{well_known}", f"--descriptor_set_out={compiled}", *files])
assert status == 0, "protoc refused our .proto files"

pool = descriptor_pool.DescriptorPool()
for module in (any_pb2, duration_pb2, timestamp_pb2):
    pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
pending = list(descriptor_pb2.FileDescriptorSet.FromString(compiled.read_bytes()).file)
while pending:
    left = []
    for file in pending:
        try:
            pool.Add(file)
        except TypeError:  # a dependency comes later
            left.append(file)
    assert len(left) < len(pending), "imports do not resolve"
    pending = left
Message = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))

lines = sys.stdin.read().split("\n")
for start in range(0, len(lines), 3):
    ours = bytes.fromhex(lines[start])
    message = Message.FromString(ours)
    for place in (1, 2):
        parsed = json_format.Parse(lines[start + place], Message(), descriptor_pool=pool)
        assert parsed == message, f"message {start // 3}: our JSON {place} means something else"
    compact = json_format.MessageToDict(
        message, preserving_proto_field_name=True, descriptor_pool=pool)
    assert compact == json.loads(lines[start + 1]), f"message {start // 3}: JSON differs"
    print(message.SerializeToString(deterministic=True).hex())
    print(json.dumps(compact))
    print(
        json_format.MessageToJson(
            message, always_print_fields_with_no_presence=True, indent=None, descriptor_pool=pool
        ))
