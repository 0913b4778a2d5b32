"""One list of packages: what the code imports, what requirements.in asks, what the lock pins."""

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions

import pytest
from places import LESSONS, ROOT

import course

#: What everybody installs, what only a hub for a class does, and what a cluster.
PLACES = (ROOT, ROOT / "classroom", ROOT / "cluster")
LOCKS = [(place / "requirements.txt").read_text(encoding="utf-8") for place in PLACES]
DIRECT, HUB, CLUSTER = (
    {
        re.match(r"[\w-]+", line)[0]: line
        for line in (place / "requirements.in").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    for place in PLACES
)


def pinned(lock):
    """Each pinned package and the lines under it, its hashes among them."""
    entries = r"^([\w.-]+)==([^#]*?)(?=^\S|^    #|\Z)"
    return dict(re.findall(entries, lock, re.MULTILINE | re.DOTALL))


PINNED, HUB_PINNED, CLUSTER_PINNED = map(pinned, LOCKS)


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", [*DIRECT, *HUB, *CLUSTER])
def test_each_direct_dependency_says_who_needs_it_and_is_pinned(name):
    for direct, lock in ((DIRECT, PINNED), (HUB, HUB_PINNED), (CLUSTER, CLUSTER_PINNED)):
        if name in direct:
            assert re.search(r"  # \S.{9,}", direct[name]), f"{name}: say which module needs it"
            assert name in lock


@pytest.mark.parametrize(("part", "own"), [(HUB_PINNED, "jupyterhub"), (CLUSTER_PINNED, "ray")])
def test_a_part_only_adds_to_what_everybody_has(part, own):
    for name in PINNED.keys() & part.keys():
        assert PINNED[name].split()[0] == part[name].split()[0], name
    assert own in part.keys() - PINNED.keys()


def test_parts_agree():
    for name in HUB_PINNED.keys() & CLUSTER_PINNED.keys():
        assert HUB_PINNED[name].split()[0] == CLUSTER_PINNED[name].split()[0], name


def test_the_whole_lock_is_hashed_and_names_no_place():
    assert len(PINNED) > 100
    for name, entry in (*PINNED.items(), *HUB_PINNED.items(), *CLUSTER_PINNED.items()):
        assert "--hash=sha256:" in entry, name
    for lock in LOCKS:
        assert not re.search(
            r"https?://|--index|--find-links|file:|^-|[/\\]\w+[/\\]", lock, re.MULTILINE
        )


def test_one_version_serves_every_python():
    for lock in LOCKS:
        names = re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)
        assert len(names) == len(set(names))


def test_conda_installs_the_very_lock_on_a_python_that_course_py_takes():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    wanted = re.findall(r"^ +- (.*)", text.split("dependencies:")[1], re.MULTILINE)
    python, *rest = wanted
    assert rest == ["pip", "pip:", "-r requirements.txt"]
    version = tuple(map(int, re.fullmatch(r"python=(\d+)\.(\d+)", python).groups()))
    assert course.OLDEST <= version <= course.NEWEST


def imported(source):
    """The top-level names of the modules that Python source imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


def sources():
    """Every Python file and every notebook of the workbook, as (path, source)."""
    packages = "tinyml_helpers", "website", "classroom"
    for folder in (*packages, "tests", "notebooks", "benchmarks", "data"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, path.read_text(encoding="utf-8")
    yield from ((path, path.read_text(encoding="utf-8")) for path in ROOT.glob("*.py"))
    for path in LESSONS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield path, "".join(cell["source"])


#: What only scripts in these folders import, which no student runs and which say what they need.
NEEDED_BY_SCRIPTS = {
    "data": {"pyworld"},
    "benchmarks": {"libcst", "mutmut"},
    "on_pi": {"ai_edge_litert", "picamera2", "sounddevice"},  # of projects for a Raspberry Pi
}


def test_everything_imported_is_a_direct_dependency():
    paths = [path for path, _ in sources()]
    ours = {path.stem for path in paths} | {"tests", "benchmarks"}
    ours |= {"tinyml_helpers", "website", "classroom"}
    ours |= {path.parent.name for path in paths if path.parent.parent == ROOT / "tests" / "support"}
    distributions = packages_distributions()
    missing, modules = [], set()
    for path, source in sources():
        known = ours | sys.stdlib_module_names
        for folder in path.relative_to(ROOT).parts[:-1]:
            known |= NEEDED_BY_SCRIPTS.get(folder, set())
        for module in set(imported(source)) - known:
            names = {normal(name) for name in distributions.get(module, [module])}
            modules |= names
            if not names & {*DIRECT, *HUB, *CLUSTER}:
                missing.append(f"{path.relative_to(ROOT)} imports {module}")
    assert not missing, f"add them to requirements.in: {missing}"
    assert {"tensorflow", "numpy", "matplotlib"} <= modules
