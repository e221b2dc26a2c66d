from turncoat.verdict import RunKey

KEY = RunKey("run-1", b"secret of the run")
PARTS = ("coercion", "openai/x", "goal=none.form=1", "1", "rules", "1")


def test_a_nonce_is_the_same_on_resume_and_another_for_every_call() -> None:
    nonce = KEY.nonce(*PARTS)
    assert nonce == RunKey("run-1", KEY.secret, cached=True).nonce(*PARTS)
    others = [KEY.nonce(*PARTS[:i], "other", *PARTS[i + 1 :]) for i in range(len(PARTS))]
    others.append(RunKey("run-1", b"another secret").nonce(*PARTS))
    assert len({nonce, *others}) == len(others) + 1


def test_the_secret_is_not_shown() -> None:
    assert "secret of the run" not in repr(KEY)
