"""The table of the machine, exhaustively: every pair, and any order of happenings in a world that follows it."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.session.machine import HELD, SHOWN, TABLE, Action, Happening, Machine, Phase

ENDS_TURN = {Action.DROP, Action.CUT, Action.CLOSE, Action.REMOVE, Action.FAIL}
SILENCES = {Action.CUT, Action.CLOSE, Action.FAIL}
QUIET = {Phase.STARTING, Phase.READY, Phase.LISTENING, Phase.FAILED}


def test_every_phase_is_shown_and_reachable() -> None:
    assert set(SHOWN) == set(Phase)
    reached = {Phase.STARTING}
    while True:
        more = {move.to for (phase, _), move in TABLE.items() if phase in reached} - reached
        if not more:
            break
        reached |= more
    assert reached == set(Phase)


def test_every_action_and_happening_is_used() -> None:
    assert {action for move in TABLE.values() for action in move.actions} == set(Action)
    assert {happening for _, happening in TABLE} == set(Happening)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("happening", list(Happening))
def test_every_pair_is_defined_and_what_is_not_in_the_table_changes_nothing(phase: Phase, happening: Happening) -> None:
    machine = Machine(phase)
    actions = machine.feed(happening)
    if (phase, happening) in TABLE:
        assert (machine.phase, actions) == TABLE[phase, happening]
    else:
        assert (machine.phase, actions) == (phase, ())


@pytest.mark.parametrize("phase", list(Phase))
def test_stop_always_leads_to_silence(phase: Phase) -> None:
    machine = Machine(phase)
    actions = machine.feed(Happening.STOP)
    assert machine.phase in (Phase.READY, Phase.STARTING, Phase.FAILED)
    assert Action.CUT in actions or phase is Phase.LISTENING  # then nothing sounds, and the question is dropped
    assert not {Action.SAY, Action.PLAY, Action.ASK, Action.LISTEN} & set(actions)


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.READY, *HELD.values(), *HELD, Phase.LISTENING])
def test_a_crash_always_leads_to_failed(phase: Phase) -> None:
    machine = Machine(phase)
    machine.feed(Happening.CRASHED)
    assert machine.phase is Phase.FAILED
    machine.feed(Happening.LOAD)
    machine.feed(Happening.LOADED)
    assert machine.phase is Phase.READY


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in (Phase.STARTING, Phase.FAILED)])
def test_a_typed_question_always_gets_through(phase: Phase) -> None:
    machine = Machine(phase)
    assert machine.feed(Happening.ASKED)[-1] is Action.ASK
    assert machine.phase is Phase.THINKING


class World(RuleBasedStateMachine):
    """Follows the actions as a session does, with the happenings that can really come."""

    def __init__(self) -> None:
        super().__init__()
        self.machine = Machine()
        self.open = ""
        """The turn in the engine: "", "heard", "asked" (being answered), "answered"."""
        self.sounding = ""
        """What the loudspeaker has: "", "reply" (more may come), "ended", "stored"."""
        self.held = False
        self.waiting = 0

    def feed(self, happening: Happening) -> None:
        before = self.machine.phase
        for action in self.machine.feed(happening):
            self.obey(action, before)

    def obey(self, action: Action, before: Phase) -> None:
        match action:
            case Action.LISTEN:
                assert self.open == "", f"two turns at once, from {before}"
                assert self.sounding == "", "it would hear itself"
                self.open = "heard"
            case Action.FINISH:
                assert self.open == "heard"
                self.open = "asked"
            case Action.ASK:
                assert self.open == "", f"two turns at once, from {before}"
                self.open = "asked"
            case Action.HOLD:
                assert not self.held
                self.held = True
            case Action.RELEASE:
                assert self.held
                self.held = False
            case Action.SAY:
                assert self.open == "asked", "sound of a turn that is over"
                self.sounding = "reply"
            case Action.END_SOUND:
                assert self.sounding == "reply"
                self.sounding = "ended"
            case Action.PLAY:
                assert self.sounding == ""
                self.sounding = "stored"
            case Action.WAIT:
                self.waiting += 1
            case Action.REJECT:
                pass
        if action in SILENCES:
            self.sounding = ""
            self.held = False if action is not Action.CLOSE else self.held
        if action in ENDS_TURN:
            self.open = ""

    @rule(happening=st.sampled_from([h for h in Happening if h not in
        (Happening.SOUND, Happening.REPLIED, Happening.REFUSED, Happening.TURN_FAILED, Happening.PLAYED)]))  # fmt: skip
    def anybody(self, happening: Happening) -> None:
        self.feed(happening)

    @rule(happening=st.sampled_from([Happening.SOUND, Happening.REPLIED, Happening.REFUSED, Happening.TURN_FAILED]))
    def the_engine(self, happening: Happening) -> None:
        if self.open == "asked":
            if happening is Happening.REPLIED:
                self.open = "answered"
            self.feed(happening)
        elif self.open == "heard" and happening is Happening.TURN_FAILED:
            self.feed(happening)

    @rule()
    def the_loudspeaker(self) -> None:
        if self.sounding in ("ended", "stored") and not self.held:
            self.feed(Happening.PLAYED)

    @rule()
    def the_loudspeaker_was_quicker_than_the_pause(self) -> None:
        if self.sounding in ("ended", "stored"):
            self.feed(Happening.PLAYED)

    @invariant()
    def held_is_what_the_phase_says(self) -> None:
        assert self.held == self.machine.held

    @invariant()
    def what_sounds_is_what_the_phase_says(self) -> None:
        phase = self.machine.phase
        expected = {
            Phase.READY: {""},
            Phase.LISTENING: {""},
            Phase.THINKING: {""},
            Phase.THINKING_HELD: {""},
            Phase.SPEAKING: {"reply"},
            Phase.SPEAKING_HELD: {"reply"},
            Phase.FINISHING: {"ended"},
            Phase.FINISHING_HELD: {"ended"},
            Phase.REPLAYING: {"stored"},
            Phase.REPLAYING_HELD: {"stored"},
        }.get(phase, {"", "stored", "ended"})
        assert self.sounding in expected

    @invariant()
    def the_engine_has_the_turn_that_the_phase_says(self) -> None:
        phase = self.machine.phase
        expected = {
            Phase.READY: {""},
            Phase.LISTENING: {"heard"},
            Phase.REPLAYING: {""},
            Phase.REPLAYING_HELD: {""},
            Phase.FINISHING: {"answered"},
            Phase.FINISHING_HELD: {"answered"},
            Phase.STARTING: {""},
            Phase.FAILED: {"", "answered"},
        }.get(phase, {"asked"})
        assert self.open in expected


World.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestWorld = World.TestCase
