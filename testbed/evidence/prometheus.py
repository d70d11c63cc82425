#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: GPL-2.0-only
"""prometheus.py - Debian's Prometheus and node exporter take what vgic_compat probe writes,
and the queries of its manual page answer what vgic_compat common does

In:  VGIC_COMPAT, the program for this machine; MANUAL, its page; folders, a host each, with
     probe.json and probe.prom
Out: TAP
"""

import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

# isort: off
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "t"))
import tap
# isort: on

HOSTS = {Path(argument).name: Path(argument) for argument in sys.argv[1:]}
THIS, NONE, LATER, DIFFERENT = "this-kernel", "no-probe", "later-revision", "other-groups"
RELEASE = r'("kernel": |release=)"[^"]*"'
SECONDS = 120
Rows = set[tuple[str, ...]]


def queries(manual: str) -> dict[str, str]:
    """Find the queries: each is a display that begins with a comment, its name here."""
    displays = re.findall(r"\.Bd -literal[^\n]*\n# ([^\n]*)\n(.*?)\.Ed\n", manual, re.DOTALL)
    return {name: text for name, text in displays if "kvm_vgic_" in text}


def narrow(query: str, hosts: Iterable[str]) -> str:
    """Ask of these hosts only."""
    which = f'instance=~"{"|".join(hosts)}"'
    return re.sub(r"(kvm_vgic_\w+)(?:\{([^}]*)\})?", rf"\1{{{which},\2}}", query)


def add_revision(json_text: str, prometheus_text: str) -> tuple[str, str]:
    """Change what a host says: it has revision 4 of each model, too."""
    probe = json.loads(json_text)
    for model in probe["models"]:
        new = {"revision": 4, "can": True, "iidr": "taken", "attribute": "absent"}
        model["revisions"].append(new)
    prometheus_text = re.sub(
        r'^(kvm_vgic_revision_available.*revision="4"}) 0$',
        r"\1 1",
        prometheus_text,
        flags=re.MULTILINE,
    )
    return json.dumps(probe), prometheus_text


def change_guest(json_text: str, prometheus_text: str) -> tuple[str, str]:
    """Change what a host says: at revision 3 a guest sees other groups."""
    probe = json.loads(json_text)
    for model in probe["models"]:
        for revision in model["revisions"]:
            if revision["revision"] == 3 and "guest" in revision:
                revision["guest"]["groups_at_reset"] = "0000ffff"
    prometheus_text = re.sub(
        r'(revision="3",.*,groups_at_reset=)"\w*"', r'\1"0000ffff"', prometheus_text
    )
    return json.dumps(probe), prometheus_text


def free_port() -> int:
    """Find a port of the loopback interface."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@unittest.skipUnless(shutil.which("prometheus"), "there is no prometheus")
class Fleet(unittest.TestCase):
    """The hosts under one Prometheus."""

    @classmethod
    def setUpClass(cls) -> None:
        """Start an exporter for each host, and Prometheus, and wait for all probes."""
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.queries = queries(Path(os.environ["MANUAL"]).read_text(encoding="utf-8"))
        cls.files = {}
        for name, path in HOSTS.items():
            texts = [(path / f"probe.{kind}").read_text("utf-8") for kind in ("json", "prom")]
            cls.add_host(name, *texts)
        # One host more, which runs the kernel that its probe is of
        cls.add_host(THIS, *(re.sub(RELEASE, rf'\1"{os.uname().release}"', text) for text in texts))
        cls.add_host(LATER, *add_revision(*texts))
        cls.add_host(DIFFERENT, *change_guest(*texts))
        targets = [cls.start_exporter(name) for name in [*cls.files, NONE]]
        cls.port = free_port()
        jobs = [{"job_name": "node", "scrape_interval": "1s", "static_configs": targets}]
        (cls.folder / "prometheus.json").write_text(json.dumps({"scrape_configs": jobs}))
        cls.start(
            "prometheus",
            f"--config.file={cls.folder}/prometheus.json",
            f"--storage.tsdb.path={cls.folder}/data",
            f"--web.listen-address=127.0.0.1:{cls.port}",
            "--log.level=warn",
        )
        cls.wait(len(targets))

    @classmethod
    def start(cls, *command: str) -> None:
        """Start a server, which ends with the tests."""
        with open(cls.folder / "log", "a", encoding="utf-8") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)

    @classmethod
    def add_host(cls, name: str, json_text: str, prometheus_text: str) -> None:
        """Write the files of a host."""
        (cls.folder / name).mkdir()
        (cls.folder / name / "vgic_compat.prom").write_text(prometheus_text, "utf-8")
        cls.files[name] = cls.folder / f"{name}.json"
        cls.files[name].write_text(json_text, "utf-8")

    @classmethod
    def start_exporter(cls, name: str) -> dict:
        """Start the exporter of a host."""
        address = f"127.0.0.1:{free_port()}"
        cls.start(
            "prometheus-node-exporter",
            "--collector.disable-defaults",
            "--collector.uname",
            "--collector.textfile",
            f"--collector.textfile.directory={cls.folder / name}",
            f"--web.listen-address={address}",
        )
        return {"targets": [address], "labels": {"instance": name}}

    @classmethod
    def wait(cls, hosts: int) -> None:
        """Wait until Prometheus has read what all exporters have."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                if len(cls.rows("up == 1", "instance")) == hosts:
                    return
            except urllib.error.URLError:
                pass
            time.sleep(0.5)
        raise TimeoutError(f"not all is up: {(cls.folder / 'log').read_text()}")

    @classmethod
    def rows(cls, query: str, *labels: str) -> Rows:
        """Ask Prometheus; of its answer these labels, and in "value" the value."""
        text = urllib.parse.urlencode({"query": query})
        with urllib.request.urlopen(f"http://127.0.0.1:{cls.port}/api/v1/query?{text}") as answer:
            results = json.load(answer)["data"]["result"]
        rows = [{**one["metric"], "value": one["value"][1]} for one in results]
        return {tuple(row.get(label, "") for label in labels) for row in rows}

    def ask(self, name: str, *labels: str, hosts: Iterable[str] = ()) -> Rows:
        """Ask what the manual page asks, of these hosts or of all."""
        query = self.queries[name]
        return self.rows(narrow(query, hosts) if hosts else query, *labels)

    def common(self, hosts: Iterable[str] = ()) -> list[dict]:
        """Say what vgic_compat common says, with the names of the hosts for their files."""
        files = {name: self.files[name] for name in hosts or self.files}
        command = [os.environ["VGIC_COMPAT"], "common", "--json", "--all"]
        command += [str(path) for path in files.values()]
        text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout
        for name, path in files.items():
            text = text.replace(f'"{path}"', f'"{name}"')
        return json.loads(text)["models"]

    def fleets(self) -> Iterator[tuple[str, ...]]:
        """All hosts, and each pair of them."""
        yield tuple(self.files)
        yield from itertools.combinations(self.files, 2)

    def models(self) -> Iterator[tuple[str, dict]]:
        """Name the models of each host."""
        for name, path in self.files.items():
            for model in json.loads(path.read_text("utf-8"))["models"]:
                yield name, model

    @staticmethod
    def hosts(groups: list[dict]) -> list[str]:
        """Name the hosts of groups."""
        return [host["file"] for group in groups for host in group["hosts"]]

    def test_promtool(self) -> None:
        """promtool finds nothing to object to"""
        for name, path in HOSTS.items():
            with self.subTest(name), open(path / "probe.prom", encoding="utf-8") as file:
                done = subprocess.run(
                    ["promtool", "check", "metrics"],
                    stdin=file,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    check=False,
                )
                self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_common(self) -> None:
        """which revisions every host has"""
        name, found = "Revisions that every host has, and at which all guests see the same", 0
        for hosts in self.fleets():
            want = {(m["model"], str(rev)) for m in self.common(hosts) for rev in m["common"]}
            self.assertEqual(self.ask(name, "model", "revision", hosts=hosts), want, hosts)
            found += len(want)
        self.assertGreater(found, 0)

    def test_barred(self) -> None:
        """which hosts bar a revision that another one has"""
        name = "Hosts that bar a revision that another host has"
        for hosts in self.fleets():
            want = {
                (m["model"], str(revision["revision"]), host)
                for m in self.common(hosts)
                for revision in m["revisions"]
                for host in self.hosts(revision["barred"])
            }
            found = self.ask(name, "model", "revision", "instance", hosts=hosts)
            self.assertEqual(found, want, hosts)
            self.assertTrue(len(hosts) == 2 or ("GICv3", "4", THIS) in found, found)

    def test_offered(self) -> None:
        """which hosts do not offer a model"""
        want = {(m["model"], host) for m in self.common() for host in self.hosts(m["not_offered"])}
        name = "Hosts that do not offer a model that another host does"
        self.assertEqual(self.ask(name, "model", "instance"), want)

    def test_defaults(self) -> None:
        """how many hosts have which default revision"""
        want = {
            (m["model"], str(default["revision"]), str(default["count"]))
            for m in self.common()
            for default in m["defaults"]
        }
        name = "How many hosts have which default revision"
        self.assertEqual(self.ask(name, "model", "revision", "value"), want)

    def test_ignored(self) -> None:
        """which hosts ignore the write of a revision"""
        want = {
            (model["model"], str(revision["revision"]), host)
            for host, model in self.models()
            for revision in model["revisions"]
            if revision["iidr"] == "ignored"
        }
        name = "Hosts that take the write of a revision and ignore it"
        self.assertEqual(self.ask(name, "model", "revision", "instance"), want)

    def test_stale(self) -> None:
        """which hosts have a probe of another kernel than the one that runs"""
        want = {(name,) for name in self.files if name != THIS}
        self.assertEqual(self.ask("Hosts whose probe is of another kernel", "instance"), want)

    def test_none(self) -> None:
        """which hosts have no probe"""
        self.assertEqual(self.ask("Hosts without a probe", "instance"), {(NONE,)})

    def test_guest(self) -> None:
        """what a guest sees is what the JSON has"""
        for host, model in self.models():
            for row in [{"revision": "none", **model}, *model["revisions"]]:
                if guest := row.get("guest"):
                    labels = {"model": model["model"], "revision": row["revision"], **guest}
                    text = ",".join(
                        f'{key}="{"" if value is None else value}"' for key, value in labels.items()
                    )
                    query = f'kvm_vgic_guest_info{{instance="{host}",{text}}} == 1'
                    self.assertEqual(len(self.rows(query, "instance")), 1, query)


if __name__ == "__main__":
    tap.main()
