"""V1 names objects by keys within keys: here they become the names that people write."""

from resync_bot.tws.wire import Node
from resync_bot.tws.words import folder, path


def key_path(key: Node) -> str:
    """A WorkstationInPlanKey as people write it: `CPUA`, or `/EU/CPUA` in a folder."""
    name = key.text("name") or ""
    if name.startswith("/") or not name:
        return path(name)
    where = folder_of(key.node("folderKey"))
    return path(f"{where.rstrip('/')}/{name}") if where != "/" else name


def folder_of(key: Node) -> str:
    """A FolderKey; the root if it says nothing."""
    return folder(key.text("name") or key.text("keyText"))


def stream_name(key: Node) -> str:
    """A JobStreamInPlanKey as operators write it: `FTA_PAY1#/PAYROLL/PAYROLL_DAILY`."""
    where = folder_of(key.node("folderKey")).rstrip("/")
    return f"{key_path(key.node('workstationKey'))}#{where}/{key.text('name') or '?'}"


def resource_name(key: Node) -> str:
    """A ResourceInPlanKey as operators write it: `CPUA#/TAPES`."""
    where = folder_of(key.node("folderKey")).rstrip("/")
    return f"{key_path(key.node('workstationInPlanKey'))}#{where}/{key.text('name') or ''}"
