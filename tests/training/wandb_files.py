"""Reads what W&B wrote into an offline run's file: a log as LevelDB has it, of protobuf messages from wandb.proto."""

import json
import struct
import zlib
from pathlib import Path

BLOCK = 32_768
FULL, FIRST, _MIDDLE, LAST = 1, 2, 3, 4


def records(path: Path):
    """Every message of a .wandb file; raises AssertionError where the file is damaged or cut off."""
    from wandb.proto.wandb_internal_pb2 import Record

    data = path.read_bytes()
    assert data[:4] == b":W&B"
    position, message = 7, b""
    while position < len(data):
        left = BLOCK - position % BLOCK
        if left < 7:
            position += left
            continue
        checksum, length, kind = struct.unpack_from("<IHB", data, position)
        chunk = data[position + 7 : position + 7 + length]
        assert len(chunk) == length
        assert checksum == zlib.crc32(bytes([kind]) + chunk)  # where LevelDB has CRC-32C, masked
        message = chunk if kind in {FULL, FIRST} else message + chunk
        position += 7 + length
        if kind in {FULL, LAST}:
            yield Record.FromString(message)


class Written:
    """What stands in an offline run's file: `config`, `rows` by step and `summary` by dotted names, `run`, `exit`."""

    def __init__(self, path: Path) -> None:
        self.config, self.rows, self.summary, self.exit = {}, {}, {}, None
        for record in records(path):
            kind = record.WhichOneof("record_type")
            if kind == "run":
                self.run = record.run
                self.config |= values(record.run.config.update)
            elif kind == "config":
                self.config |= values(record.config.update)
            elif kind == "history":
                self.rows[record.history.step.num] = values(record.history.item)
            elif kind == "summary":
                self.summary |= values(record.summary.update)
            elif kind == "exit":
                self.exit = record.exit.exit_code


def values(items):
    """Items by their dotted names, nested values flattened."""
    found = {}
    for item in items:
        found |= flat(item.key or ".".join(item.nested_key), json.loads(item.value_json))
    return found


def flat(name, value):
    """A value, and all that is below it, by dotted names."""
    if not isinstance(value, dict):
        return {name: value}
    return {below: one for part, inner in value.items() for below, one in flat(f"{name}.{part}", inner).items()}
