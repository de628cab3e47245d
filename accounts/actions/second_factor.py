"""Setting a second factor up, proving it once per code, replacing and resetting it."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, insert, update

from accounts import codes, queries
from accounts import second_factor as algorithm
from accounts.actions.sessions import end_sessions_of
from accounts.facts import RecoveryCodesMade, RecoveryCodeUsed, SecondFactorReset, SecondFactorSet
from accounts.models import Account, RecoveryCode, SecondFactor
from accounts.permissions import RIGHTS, Permission
from accounts.second_factor import Purpose
from core.actor import Actor
from core.clock import now
from core.db import db, upsert
from core.errors import Conflict, Invalid, NotFound, Sentence
from core.i18n import lazy_gettext as _l
from core.journal import record

WRONG_CODE: Sentence = _l(
    "This code does not work. Please wait for the next one in your app and enter it before it changes."
)
"""Said of wrong, old and used codes, and where the account is closed."""

WRONG_RECOVERY_CODE: Sentence = _l(
    "This recovery code does not work. Each one works once. Please compare it with your list or try another."
)
"""Said of unknown and used recovery codes alike."""

_WRONG_FIRST_CODE: Sentence = _l(
    "This is not the code for this picture. Please enter the newest code from your app,"
    " and check that the clock of your device is right."
)


def spend_code(actor: Actor, account: Account, typed: str, *, field: str = "code") -> str:
    """Use up a code of six digits; gives the key of the factor, for the session it opens.

    Raises Invalid at `field` unless it is a code of now that nobody has used. Of two who send the same code
    at once, one succeeds.
    """
    RIGHTS.require(actor, Permission.SIGN_IN)
    factor = queries.second_factor_of(account.id)
    step = _step_of(account, factor, typed) if factor is not None else None
    if factor is None or step is None or not account.active:
        raise _refusal(field, WRONG_CODE)
    # The comparison is part of the statement: whoever comes second finds the step used up.
    used = db.session.execute(
        update(SecondFactor)
        .where(
            SecondFactor.account_id == account.id,
            SecondFactor.key == factor.key,
            SecondFactor.last_step < step,
        )
        .values(last_step=step)
        .returning(SecondFactor.key)
        .execution_options(synchronize_session=False)
    ).first()
    if used is None:
        raise _refusal(field, WRONG_CODE)
    return factor.key


def spend_recovery_code(actor: Actor, account: Account, typed: str, *, field: str = "recovery_code") -> str:
    """Use up a recovery code; gives the key of the factor it stands in for. Raises Invalid at `field`."""
    RIGHTS.require(actor, Permission.SIGN_IN)
    factor = queries.second_factor_of(account.id)
    gone = db.session.execute(
        delete(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id, RecoveryCode.code_hmac == queries.recovery_digest(typed)
        )
        .returning(RecoveryCode.id)
    ).first()
    if gone is None or factor is None or not account.active:
        raise _refusal(field, WRONG_RECOVERY_CODE)
    record(actor, RecoveryCodeUsed(account.id))
    return factor.key


def set_up(actor: Actor, *, secret: str, code: str) -> tuple[str, list[str]]:
    """Give the actor's own account its first second factor, proved by a code of it; ends its sessions.

    Gives the factor's key, for the session the caller opens next, and the recovery codes, which exist only
    here. Raises Invalid for a wrong code, Conflict if there is a factor already.
    """
    RIGHTS.require(actor, Permission.KEEP_OWN_SECOND_FACTOR)
    account = _own_account(actor)
    if account.password_is_initial:
        raise Conflict(_l("Please choose your own password first."))
    step = algorithm.step_of(secret, code, now())
    if step is None:
        raise _refusal("code", _WRONG_FIRST_CODE)
    key = _keep(account, secret, step)
    record(actor, SecondFactorSet(account.id))
    made = _make_recovery_codes(actor, account)
    end_sessions_of(actor, account)
    return key, made


def replace(actor: Actor, *, secret: str, code: str, old: str) -> tuple[str, list[str]]:
    """Put another device in the place of the one before, as `set_up`; the password was just verified.

    `old` is a code of the former device or a recovery code. Raises Invalid at `code` or `old`.
    """
    RIGHTS.require(actor, Permission.KEEP_OWN_SECOND_FACTOR)
    account = _own_account(actor)
    if algorithm.digits_of(old):
        spend_code(actor, account, old, field="old")
    else:
        spend_recovery_code(actor, account, old, field="old")
    _forget(account)
    return set_up(actor, secret=secret, code=code)


def renew_recovery_codes(actor: Actor, *, code: str) -> list[str]:
    """Make new recovery codes, proved by a code of six digits; those before are void."""
    RIGHTS.require(actor, Permission.KEEP_OWN_SECOND_FACTOR)
    account = _own_account(actor)
    spend_code(actor, account, code)
    return _make_recovery_codes(actor, account)


def reset(actor: Actor, account: Account) -> bool:
    """Take an account's second factor away and end its sessions; False if it had none.

    Its roles wait until a new one is set up at the next sign-in.
    """
    RIGHTS.require(actor, Permission.RESET_SECOND_FACTOR)
    if not _forget(account):
        return False
    record(actor, SecondFactorReset(account.id))
    end_sessions_of(actor, account)
    return True


def give_demo_factor(actor: Actor, account: Account, *, secret: str) -> None:
    """Give a demonstration account the factor whose codes the second page shows."""
    RIGHTS.require(actor, Permission.KEEP_ACCOUNTS)
    if not account.demo:
        raise ValueError("Only demonstration accounts get a second factor that others know.")
    _keep(account, secret, 0)
    record(actor, SecondFactorSet(account.id))


def _own_account(actor: Actor) -> Account:
    account = queries.account_by_id(actor.account_id) if actor.account_id is not None else None
    if account is None or not account.active:
        raise NotFound
    return account


def _step_of(account: Account, factor: SecondFactor, typed: str) -> int | None:
    secret = algorithm.unseal(Purpose.KEPT, factor.sealed_secret, bound_to=account.key)
    if secret is None:
        return None
    ahead = algorithm.DEMO_AHEAD if account.demo else algorithm.TOLERANCE
    return algorithm.step_of(secret, typed, now(), ahead=ahead)


def _keep(account: Account, secret: str, step: int) -> str:
    key = secrets.token_hex(16)
    made = db.session.execute(
        upsert(SecondFactor)
        .values(
            account_id=account.id,
            key=key,
            sealed_secret=algorithm.seal(Purpose.KEPT, secret, bound_to=account.key),
            last_step=step,
            created_at=now(),
        )
        .on_conflict_do_nothing()
        .returning(SecondFactor.key)
    ).first()
    if made is None:
        raise Conflict(_l("Your second factor was set up in another window just now."))
    return key


def _forget(account: Account) -> bool:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    gone = db.session.execute(
        delete(SecondFactor).where(SecondFactor.account_id == account.id).returning(SecondFactor.key)
    ).first()
    return gone is not None


def _make_recovery_codes(actor: Actor, account: Account) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    made = [codes.new_code() for _ in range(algorithm.RECOVERY_CODES)]
    db.session.execute(
        insert(RecoveryCode),
        [{"account_id": account.id, "code_hmac": queries.recovery_digest(code)} for code in made],
    )
    record(actor, RecoveryCodesMade(account.id))
    return [codes.show(code) for code in made]


def _refusal(field: str, sentence: Sentence) -> Invalid:
    return Invalid(sentence, {field: [sentence]})
