"""JupyterHub as a class needs it. `classroom.hub` starts it, and says what it chose."""

import os
import sys
from pathlib import Path

from classroom.hub import Chosen
from classroom.login import FromFile
from classroom.names import TEACHER
from classroom.spawner import OwnFolder
from tinyml_helpers.course import desk
from tinyml_helpers.course.lessons import all_lessons

c = get_config()  # noqa: F821 - JupyterHub reads this file, and gives it this name
chosen = Chosen.from_environment()

c.JupyterHub.bind_url = chosen.url()
c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = chosen.certificate, chosen.key
c.JupyterHub.hub_port = chosen.hub_port
c.JupyterHub.db_url = f"sqlite:///{chosen.state}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{chosen.state}/cookie_secret"
c.JupyterHub.log_level = "WARN"
c.JupyterHub.cleanup_servers = True  # students' work is in files; a server left over is nobody's
c.JupyterHub.concurrent_spawn_limit = 0  # who comes ninth would get an error; OwnFolder has turns
c.JupyterHub.allow_named_servers = False
c.ConfigurableHTTPProxy.command = chosen.proxy
c.ConfigurableHTTPProxy.log_level = "error"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{chosen.proxy_port}"
c.ConfigurableHTTPProxy.pid_file = f"{chosen.state}/proxy.pid"

c.JupyterHub.authenticator_class = FromFile
c.FromFile.file = chosen.passwords
c.FromFile.allow_all = True  # all that the file names
c.FromFile.admin_users = {TEACHER}

c.JupyterHub.spawner_class = OwnFolder
c.OwnFolder.students = f"{chosen.folder}/students"
c.OwnFolder.compiled = f"{chosen.folder}/compiled"
c.OwnFolder.logs = chosen.state
c.OwnFolder.default_url = f"/lab/tree/{desk.PLACE.as_posix()}/{all_lessons()[0].name}"
# -P: a student's own files, such as a json.py, are none of the server's modules.
c.OwnFolder.cmd = [sys.executable, "-P", "-m", "classroom.student"]
c.OwnFolder.environment = {"PYTHONPATH": str(Path(__file__).parents[1])}
c.OwnFolder.mem_limit = chosen.memory
c.OwnFolder.disable_user_config = True
# Thirty may begin in the same minute, each with some seconds of work for a processor.
c.OwnFolder.start_timeout, c.OwnFolder.http_timeout = 1200, 300


os.umask(0o077)
