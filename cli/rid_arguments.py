"""Rids among a command's arguments. One rid in 64 begins with a dash and would be parsed as an option."""

from typing import TYPE_CHECKING

from typer.core import TyperGroup

if TYPE_CHECKING:
    import typer


RID_OPTION = "--link"
"""The option whose value is a rid."""


class RidsAmongOptions(TyperGroup):
    """Treats every argument that looks like a rid as a rid, wherever it stands."""

    def parse_args(self, ctx: "typer.Context", args: list[str]) -> list[str]:  # type: ignore[override] # typer's own is a subclass
        from linkgate.tokens import is_token

        for index in range(len(args) - 1, 0, -1):
            if args[index - 1] == RID_OPTION and is_token(args[index]):
                args = [*args[: index - 1], f"{RID_OPTION}={args[index]}", *args[index + 1 :]]
        rids = [argument for argument in args if argument.startswith("-") and is_token(argument)]
        if rids and "--" not in args:
            args = [*(argument for argument in args if argument not in rids), "--", *rids]
        return super().parse_args(ctx, args)
