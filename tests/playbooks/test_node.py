"""What every module does on a node: atomic files, the lock, failures a person can read."""

import multiprocessing

import pytest


@pytest.fixture
def node(load):
    return load("slipway_node")


def test_a_file_is_written_once_and_said_to_be_changed_once(node, tmp_path):
    first, second = node.Node(), node.Node()
    for doer in (first, second):
        doer.place(tmp_path / "deep" / "file", b"content", 0o600)
    assert first.result == {"changed": True, "msg": f"wrote {tmp_path}/deep/file"}
    assert second.result == {"changed": False, "msg": ""}
    assert (tmp_path / "deep" / "file").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["file"]


def test_another_mode_alone_is_a_change(node, tmp_path):
    (tmp_path / "key").write_bytes(b"secret")
    (tmp_path / "key").chmod(0o644)
    doer = node.Node()
    assert doer.place(tmp_path / "key", b"secret", 0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_check_mode_says_what_it_would_do_and_does_nothing(node, tmp_path):
    (tmp_path / "there").touch()
    doer = node.Node(check=True)
    doer.place(tmp_path / "file", b"content")
    doer.remove(tmp_path / "there")
    doer.change("touched", "touch", str(tmp_path / "touched"))
    assert doer.result["changed"]
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_failure_carries_the_errors_and_not_the_pages_of_warnings(node):
    said = "W1122 kubeadm says a lot\n\t[WARNING Version]: old\n\t[ERROR Port-6443]: in use\nerror: preflight failed"
    with pytest.raises(node.NodeError, match="ended with 3: ") as caught:
        node.run("sh", "-c", f"echo '{said}' >&2; exit 3")
    assert str(caught.value).endswith("[ERROR Port-6443]: in use; error: preflight failed")


def test_a_program_that_hangs_or_is_missing_is_an_error_not_a_trace(node):
    with pytest.raises(node.NodeError, match="did not end within"):
        node.run("sleep", "5", timeout=0.1)
    with pytest.raises(node.NodeError, match="cannot be run"):
        node.run("no-such-program-here")


def _hold(node, begun, release):
    with node.Node().locked():
        begun.set()
        release.wait(10)


def test_two_runs_never_work_on_one_node_at_once(node, tmp_path, monkeypatch):
    monkeypatch.setattr(node, "LOCK", tmp_path / "lock")
    context = multiprocessing.get_context("fork")
    begun, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(node, begun, release))
    other.start()
    assert begun.wait(10)
    with pytest.raises(node.NodeError, match="another run"), node.Node().locked(patience=0.3):
        pass
    release.set()
    other.join()
    with node.Node().locked(patience=5):
        pass


def test_a_killed_run_leaves_no_lock(node, tmp_path, monkeypatch):
    monkeypatch.setattr(node, "LOCK", tmp_path / "lock")
    context = multiprocessing.get_context("fork")
    begun = context.Event()
    other = context.Process(target=_hold, args=(node, begun, context.Event()))
    other.start()
    assert begun.wait(10)
    other.kill()
    other.join()
    with node.Node().locked(patience=5):
        pass
