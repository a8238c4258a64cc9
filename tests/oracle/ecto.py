"""Migrations run by the real Ecto, which is Ecto.Migrator of ecto_sql without the application around it.

Ecto is none of Debian's packages: the directory with its compiled modules (*.beam of telemetry, decimal,
db_connection, postgrex, ecto and ecto_sql, as `elixirc -o DIRECTORY` writes them; jason's, where a default is a map) is
given by who has one. A migration that uses other modules of its application than its repository does not run here,
which is told like a refusal of PostgreSQL.
"""

import os
import subprocess

# The applications' own descriptions are Mix's work; these have what it takes to start them.
# What was wrong is told in hexadecimal digits, since Ecto's messages have several lines.
UP = """
for {name, module, needs} <- [
      {:telemetry, :telemetry_app, []},
      {:decimal, nil, []},
      {:db_connection, DBConnection.App, [:telemetry]},
      {:postgrex, Postgrex.App, [:db_connection, :decimal]},
      {:ecto, Ecto.Application, [:telemetry, :decimal]},
      {:ecto_sql, Ecto.Adapters.SQL.Application, [:ecto, :postgrex]}
    ] do
  start = if module, do: [mod: {module, []}], else: []
  needs = [:kernel, :stdlib, :elixir, :logger, :crypto] ++ needs
  :ok = :application.load({:application, name, [vsn: '0', modules: [], registered: [], applications: needs] ++ start})
end

# mix.exs of ecto_sql sets it.
Application.put_env(:ecto_sql, :postgres_map_type, "jsonb")
{:ok, _} = Application.ensure_all_started(:ecto_sql)
Logger.configure(level: :emergency)

[name | files] = System.argv()
repo = Module.concat([name])

defmodule repo do
  use Ecto.Repo, otp_app: :ecto_sql, adapter: Ecto.Adapters.Postgres
end

{:ok, _} =
  repo.start_link(
    socket_dir: System.fetch_env!("PGHOST"),
    username: System.fetch_env!("PGUSER"),
    database: System.fetch_env!("PGDATABASE"),
    pool_size: 2
  )

for file <- files do
  said =
    try do
      {version, _} = file |> Path.basename() |> Integer.parse()
      modules = for {module, _} <- Code.compile_file(file), function_exported?(module, :__migration__, 0), do: module
      if modules == [], do: raise("no migration in it")
      for module <- modules, do: Ecto.Migrator.up(repo, version, module, log: false)
      ""
    catch
      kind, reason -> Exception.format_banner(kind, reason, __STACKTRACE__)
    end

  IO.puts("ran " <> file <> "\\t" <> Base.encode16(said))
end
"""


def up(server, database, modules, repo, directory, files):
    """Runs the FILEs in their order, and yields for each (file, what was wrong or ""). REPO: the repository's name in
    them."""
    environment = {**os.environ, **server.environment, "PGDATABASE": database, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["elixir", "-pa", modules, "-e", UP, repo, *files], cwd=directory, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    answers = [line[4:].split("\t") for line in done.stdout.splitlines() if line.startswith("ran ")]
    if done.returncode != 0 or [file for file, _ in answers] != list(files):
        raise RuntimeError("Ecto: " + done.stderr.strip()[-2000:])
    for file, said in answers:
        yield file, bytes.fromhex(said).decode()
